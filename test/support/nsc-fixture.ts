import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './real-program.js';
import { tempDir } from './temp.js';

/** A copy of an operator directory that real nsc wrote; see `test/fixtures/nsc/README.md`. */
export interface NscFixture {
  /** What `--nsc` takes. */
  readonly operatorDir: string;
  readonly storesDir: string;
  readonly keysDir: string;
  readonly operatorJwtFile: string;
  accountFile(account: string): string;
  credsFile(account: string, user: string): string;
}

/** Copies a fixture to a temporary directory, to be changed at will. */
export function nscFixture(name: string, operator: string): NscFixture {
  const base = tempDir('nas-fixture-');
  cpSync(join(PROJECT_ROOT, 'test/fixtures/nsc', name), base, { recursive: true });
  const operatorDir = join(base, 'stores', operator);
  return {
    operatorDir,
    storesDir: join(base, 'stores'),
    keysDir: base,
    operatorJwtFile: join(operatorDir, `${operator}.jwt`),
    accountFile: (account) => join(operatorDir, 'accounts', account, `${account.trim()}.jwt`),
    credsFile: (account, user) => join(base, 'creds', operator, account, `${user}.creds`),
  };
}
