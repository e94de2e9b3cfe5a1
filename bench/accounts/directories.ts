import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MintedOperator, mintOperator, nowSeconds } from '../../test/support/mint.js';
import { accountToken, type Issuer, randomAccountKey } from './token.js';

/** All tokens are so old at first, so that each that comes later is newer. */
const AGE_SECONDS = 3600;

/** An operator with many accounts, on disk in both layouts. */
export interface Accounts {
  /** Everything lies here, and there is room for more. */
  readonly root: string;
  /** nsc's layout: what `--nsc` takes. */
  readonly nscDir: string;
  /** `<key>.jwt`: what `--dir` takes, and the Go server's `-dir`. */
  readonly flatDir: string;
  /** What the Go server takes only from a configuration file: packs of any size. */
  readonly goConfigFile: string;
  readonly operatorFile: string;
  readonly operatorKey: string;
  readonly keys: readonly string[];
  /** Where nsc keeps the account of a key. */
  nscFile(key: string): string;
  /** A new token of an account, as an edit makes one; issued now, or so many seconds ahead. */
  reissue(key: string, aheadSeconds?: number): string;
  /** The operator's JWT, with these signing keys. */
  operatorJwt(signingKeys: readonly string[]): string;
  /** Puts one more account into nsc's layout, signed by somebody else. @returns its key */
  add(name: string, issuer: Issuer): string;
  remove(): void;
}

/**
 * Makes so many accounts in a temporary directory.
 * @param parent where that is made; where temporary directories are unless given
 */
export function makeAccounts(count: number, parent = tmpdir()): Accounts {
  const root = mkdtempSync(join(parent, 'nas-bench-'));
  const operator = mintOperator({ name: 'bench' });
  const [nscDir, flatDir] = [join(root, 'bench'), join(root, 'flat')];
  const operatorFile = writeOperator(nscDir, operator);
  const goConfigFile = join(root, 'go.conf');
  writeFileSync(goConfigFile, 'maxreplicationpack: -1\n');
  mkdirSync(flatDir);
  const names = new Map<string, string>();
  const nameOf = (key: string) => names.get(key) ?? key;
  const nscFile = (key: string) => join(nscDir, 'accounts', nameOf(key), `${nameOf(key)}.jwt`);
  const put = (key: string, name: string, token: string) => {
    names.set(key, name);
    mkdirSync(join(nscDir, 'accounts', name));
    writeFileSync(nscFile(key), token);
  };
  const issuedAt = nowSeconds() - AGE_SECONDS;
  for (let i = 0; i < count; i++) {
    const [key, name] = [randomAccountKey(), `account-${i}`];
    const token = accountToken(operator, key, name, issuedAt);
    put(key, name, token);
    writeFileSync(join(flatDir, `${key}.jwt`), token);
  }
  return {
    root,
    nscDir,
    flatDir,
    goConfigFile,
    operatorFile,
    operatorKey: operator.key,
    keys: [...names.keys()],
    nscFile,
    reissue: (key, aheadSeconds = 0) => accountToken(operator, key, nameOf(key), nowSeconds() + aheadSeconds),
    operatorJwt: (signingKeys) =>
      mintOperator({ name: 'bench', identity: operator.identity, nats: { signing_keys: signingKeys } }).jwt,
    add: (name, issuer) => {
      const key = randomAccountKey();
      put(key, name, accountToken(issuer, key, name));
      return key;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What nsc keeps of an operator besides its accounts. */
function writeOperator(nscDir: string, operator: MintedOperator): string {
  mkdirSync(join(nscDir, 'accounts'), { recursive: true });
  const operatorFile = join(nscDir, 'bench.jwt');
  writeFileSync(operatorFile, operator.jwt);
  const about = { managed: false, name: 'bench', kind: 'operator', version: '1' };
  writeFileSync(join(nscDir, '.nsc'), JSON.stringify(about));
  return operatorFile;
}
