import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { mintOperator } from '../../test/support/mint.js';
import type { Accounts } from './directories.js';

/** A key that the operator may or may not have, and one more account, which is signed with it. */
export interface SigningKey {
  readonly account: string;
  readonly token: string;
  /** Rewrites the operator's JWT. */
  give(): void;
  take(): void;
  /** Leaves everything as it was before. */
  remove(): void;
}

/** Puts the account into the directory; the operator does not have the key yet. */
export function makeSigningKey(accounts: Accounts): SigningKey {
  const signer = mintOperator();
  // The last one by name, so that it is not reached before the others.
  const account = accounts.add('zz', signer);
  const write = (keys: readonly string[]) => {
    writeFileSync(`${accounts.operatorFile}.new`, accounts.operatorJwt(keys));
    renameSync(`${accounts.operatorFile}.new`, accounts.operatorFile);
  };
  return {
    account,
    token: readFileSync(accounts.nscFile(account), 'utf8'),
    give: () => write([signer.key]),
    take: () => write([]),
    remove: () => {
      write([]);
      rmSync(dirname(accounts.nscFile(account)), { recursive: true });
    },
  };
}
