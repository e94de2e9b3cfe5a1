import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBase32 } from '../../src/claims/keys.js';
import { OPEN_LIMITS } from './mint.js';
import { encodeKey } from './public-key.js';

/** How big, and where. */
export interface LargeDirectoryChoices {
  /** Where to put it; must be empty or missing. */
  readonly dir: string;
  readonly accounts: number;
  /** Operator name; `large` unless given. */
  readonly operator?: string;
  /** `nsc`: an nsc operator directory. `flat`, `sharded`: `<key>.jwt` files, beside the operator JWT. */
  readonly layout?: 'nsc' | 'flat' | 'sharded';
  /** Issue time of all tokens in Unix seconds; now unless given. */
  readonly issuedAt?: number;
}

/** One account of a large directory. */
export interface LargeAccount {
  readonly key: string;
  readonly name: string;
  /** Where its JWT stands. */
  readonly file: string;
}

/** A directory with many accounts, and the means to change them. */
export interface LargeDirectory {
  /** What `--nsc` or `--dir` takes. */
  readonly dir: string;
  readonly operatorKey: string;
  readonly operatorFile: string;
  readonly accounts: readonly LargeAccount[];
  /** A good token of an account, issued at this time; `note` makes tokens of one second differ. */
  token(account: LargeAccount, issuedAt: number, note?: string): string;
}

interface Signer {
  readonly key: string;
  readonly secret: KeyObject;
}

const HEADER = Buffer.from('{"typ":"JWT","alg":"ed25519-nkey"}').toString('base64url');

/**
 * Writes a directory with many accounts fast: native keys and signatures, so that 10,000 accounts take about 2 s. All
 * of them are real: key pairs, tokens as nsc writes them, modes 0700 and 0600.
 */
export function makeLargeDirectory(choices: LargeDirectoryChoices): LargeDirectory {
  const { dir, operator: operatorName = 'large', layout = 'nsc' } = choices;
  const issuedAt = choices.issuedAt ?? Math.floor(Date.now() / 1000);
  const operator = makeSigner('operator');
  const root = layout === 'nsc' ? dir : join(dir, 'jwts');
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const operatorFile = join(dir, `${operatorName}.jwt`);
  put(operatorFile, mint(operator, operator.key, operatorName, issuedAt, { type: 'operator', version: 2 }));
  if (layout === 'nsc') put(join(dir, '.nsc'), nscInfo(operatorName));
  const token: LargeDirectory['token'] = (account, at, note) =>
    mint(operator, account.key, account.name, at, accountBody(note));
  const accounts: LargeAccount[] = [];
  const width = String(choices.accounts - 1).length;
  for (let i = 0; i < choices.accounts; i++) {
    const account = place(
      root,
      layout,
      `account-${String(i).padStart(width, '0')}`,
      makeSigner('account').key,
    );
    put(account.file, token(account, issuedAt));
    accounts.push(account);
  }
  return { dir: root, operatorKey: operator.key, operatorFile, accounts, token };
}

function place(
  root: string,
  layout: LargeDirectoryChoices['layout'],
  name: string,
  key: string,
): LargeAccount {
  if (layout === 'flat') return { key, name, file: join(root, `${key}.jwt`) };
  const folder = layout === 'sharded' ? join(root, key.slice(-2)) : join(root, 'accounts', name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { key, name, file: join(folder, layout === 'sharded' ? `${key}.jwt` : `${name}.jwt`) };
}

function put(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}

function nscInfo(name: string): string {
  return JSON.stringify({ managed: false, name, kind: 'operator', version: '1' });
}

function accountBody(note: string | undefined): object {
  return {
    limits: OPEN_LIMITS,
    default_permissions: { pub: {}, sub: {} },
    authorization: {},
    ...(note !== undefined && { description: note }),
    type: 'account',
    version: 2,
  };
}

function mint(issuer: Signer, sub: string, name: string, iat: number, nats: object): string {
  const claims = { iat, iss: issuer.key, name, sub };
  const jti = encodeBase32(createHash('sha512-256').update(JSON.stringify(claims)).digest());
  const text = `${HEADER}.${Buffer.from(JSON.stringify({ jti, ...claims, nats })).toString('base64url')}`;
  return `${text}.${sign(null, Buffer.from(text), issuer.secret).toString('base64url')}`;
}

function makeSigner(kind: 'operator' | 'account'): Signer {
  // Encoded in the call: exporting a KeyObject afterwards can hang on Node 20.
  const pair = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  });
  const raw = pair.publicKey.subarray(-32);
  return {
    key: encodeKey(kind, raw),
    get secret() {
      const secret = createPrivateKey({ key: pair.privateKey, format: 'der', type: 'pkcs8' });
      Object.defineProperty(this, 'secret', { value: secret });
      return secret;
    },
  };
}
