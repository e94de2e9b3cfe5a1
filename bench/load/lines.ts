import { randomInt } from 'node:crypto';
import { Agent, get, type IncomingHttpHeaders } from 'node:http';
import { randomAccountKey } from '../accounts/token.js';
import type { RunningServer } from '../server/process.js';

/** How many different lines of a kind there are where not every account is asked for. */
const SOME = 1000;

/** What load generators ask for: one line a request, see requests.mjs. */
export type Lines = readonly string[];

const pathOf = (key: string): string => `/jwt/v1/accounts/${key}`;

/** Every account. */
export const plainLines = (keys: readonly string[]): Lines => keys.map(pathOf);

/** Accounts that nobody has. */
export const unknownLines = (): Lines => Array.from({ length: SOME }, () => pathOf(randomAccountKey()));

/** Some accounts, with the entity tags that this server gave them. */
export async function unchangedLines(keys: readonly string[], server: RunningServer): Promise<Lines> {
  const agent = new Agent({ keepAlive: true });
  const lines: string[] = [];
  for (let i = 0; i < SOME; i++) {
    const path = pathOf(keys[randomInt(keys.length)] ?? '');
    const { etag = '' } = await headersOf(agent, server.port, path);
    lines.push(`${path} ${etag}`);
  }
  agent.destroy();
  return lines;
}

/** Seven in ten plain, two unchanged, one unknown. */
export async function mixedLines(keys: readonly string[], server: RunningServer): Promise<Lines> {
  const plain = plainLines(Array.from({ length: 7 * SOME }, () => keys[randomInt(keys.length)] ?? ''));
  const unchanged = await unchangedLines(keys, server);
  return [...plain, ...unchanged, ...unchanged, ...unknownLines()];
}

function headersOf(agent: Agent, port: number, path: string): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    const request = get({ agent, host: '127.0.0.1', port, path }, (response) => {
      response.resume().on('end', () => resolve(response.headers));
    });
    request.on('error', reject);
  });
}
