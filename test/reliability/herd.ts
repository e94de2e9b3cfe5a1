import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { type LargeDirectory, makeLargeDirectory } from '../support/large-directory.js';
import { type Service, startService } from '../support/service.js';
import { tempDir } from '../support/temp.js';

/** How a herd of clients fared that came all at once. */
export interface Herd {
  readonly perSecond: number;
  readonly slowestMs: number;
}

/** A service over so many accounts. */
export async function startLarge(accounts: number): Promise<{ directory: LargeDirectory; service: Service }> {
  const directory = makeLargeDirectory({ dir: tempDir(), accounts });
  const service = await startService(['--nsc', directory.dir]);
  return { directory, service };
}

const UNKNOWN_EVERY = 10;

/** So many GETs, so many at a time, each on a connection of its own, every tenth for a key that nobody has. */
export async function herd(
  { directory, service }: { directory: LargeDirectory; service: Service },
  gets: number,
  atOnce: number,
): Promise<Herd> {
  const { accounts } = directory;
  let next = 0;
  let slowestMs = 0;
  const wrong: string[] = [];
  const client = async (): Promise<void> => {
    for (let index = next++; index < gets; index = next++) {
      const key = accounts[index % accounts.length]?.key ?? '';
      const unknown = index % UNKNOWN_EVERY === 0;
      const startedMs = performance.now();
      const path = `/jwt/v1/accounts/${unknown ? `AAAAAAAA${key.slice(8)}` : key}`;
      const { status, body } = await ask(service.url, path);
      slowestMs = Math.max(slowestMs, performance.now() - startedMs);
      const right = unknown ? status === 404 && body === '' : status === 200 && subjectOf(body) === key;
      if (!right) wrong.push(`${path}: ${status}, ${body.length} bytes`);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: atOnce }, client));
  expect(wrong).toEqual([]);
  return { perSecond: (gets / (performance.now() - startedMs)) * 1_000, slowestMs };
}

function subjectOf(jwt: string): unknown {
  const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
  return typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : undefined;
}
