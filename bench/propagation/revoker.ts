import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenPayload } from '../../src/demo/token-text.js';
import { mintAccount, mintCreds, mintOperator, nowSeconds } from '../../test/support/mint.js';
import { findNsc, nscHome } from '../../test/support/nsc.js';
import { nscFixture } from '../../test/support/nsc-fixture.js';
import { OperatorTree } from '../../test/support/operator-tree.js';
import { tempDir } from '../../test/support/temp.js';

/** An operator directory with one account, whose users can be revoked one after the other. */
export interface Revoker {
  readonly name: string;
  /** What `--nsc` takes. */
  readonly operatorDir: string;
  /** The operator's token, or its file. */
  readonly operatorJwt: string;
  readonly systemAccount: string;
  readonly systemCredsFile: string;
  /** Creds of each user. */
  readonly users: readonly Buffer[];
  /** Revokes a user by writing the account's file. @returns when it was written, as {@link epochMs} counts */
  revoke(user: number): Promise<number>;
}

/** Milliseconds since 1970, with fractions, so that they can be compared with times of files. */
export const epochMs = (): number => performance.timeOrigin + performance.now();

/**
 * Real nsc, if there is one here. How long nsc itself takes does not count: the time of the write is that of the file,
 * which the kernel takes from a clock that ticks every few milliseconds and never goes ahead.
 */
export async function nscRevoker(users: number): Promise<Revoker | undefined> {
  if (findNsc() === undefined) return undefined;
  const fixture = nscFixture('basic', 'acme');
  const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
  const names = Array.from({ length: users }, (_, index) => `user-${index}`);
  for (const name of names) await nsc.ok('add', 'user', name, '--account', 'A');
  const file = fixture.accountFile('A');
  return {
    name: 'written by nsc',
    operatorDir: fixture.operatorDir,
    operatorJwt: fixture.operatorJwtFile,
    systemAccount: tokenPayload(readFileSync(fixture.accountFile('SYS'), 'utf8')).sub,
    systemCredsFile: fixture.credsFile('SYS', 'sys'),
    users: names.map((name) => readFileSync(fixture.credsFile('A', name))),
    async revoke(user) {
      await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', names[user] ?? '');
      return Number(statSync(file, { bigint: true }).mtimeNs) / 1e6;
    },
  };
}

/** Writes the file as nsc does, truncating it, and takes the time just before. */
export function ownRevoker(users: number): Revoker {
  const tree = new OperatorTree(mintOperator());
  const [system, account] = [tree.add('SYS'), tree.add('A')];
  const systemCredsFile = join(tempDir('nas-bench-creds-'), 'sys.creds');
  writeFileSync(systemCredsFile, mintCreds(system));
  const creds = Array.from({ length: users }, (_, index) => mintCreds(account, `user-${index}`));
  const revocations: Record<string, number> = {};
  return {
    name: 'written as nsc does',
    operatorDir: tree.dir,
    operatorJwt: tree.operator.jwt,
    systemAccount: system.key,
    systemCredsFile,
    users: creds.map((text) => Buffer.from(text)),
    async revoke(user) {
      revocations[userKeyIn(creds[user] ?? '')] = nowSeconds();
      const { identity } = account;
      const { jwt } = mintAccount(tree.operator, { name: 'A', identity, nats: { revocations } });
      const writtenAtMs = epochMs();
      tree.write('A', jwt);
      return writtenAtMs;
    },
  };
}

/** Whose creds these are: the subject of the user JWT, which stands in the second line. */
const userKeyIn = (creds: string): string => tokenPayload(creds.split('\n')[1] ?? '').sub;
