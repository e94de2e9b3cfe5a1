import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyPair } from 'nkeys.js';
import { crc16 } from '../src/claims/keys.js';
import { type Body, mintOperator, nowSeconds, OPEN_LIMITS, sign } from '../test/support/mint.js';

/** An operator with many accounts, on disk in both layouts. */
export interface Accounts {
  /** nsc's layout: what `--nsc` takes. */
  readonly nscDir: string;
  /** `<key>.jwt`: what the Go server's `-dir` takes. */
  readonly flatDir: string;
  readonly operatorFile: string;
  readonly keys: readonly string[];
  /** Where nsc keeps the account of a key. */
  nscFile(key: string): string;
  /** A new token of an account, as an edit makes one. */
  reissue(key: string): string;
  remove(): void;
}

/** Makes so many accounts in a temporary directory. */
export function makeAccounts(count: number): Accounts {
  const root = mkdtempSync(join(tmpdir(), 'nas-bench-'));
  const nscDir = join(root, 'bench');
  const flatDir = join(root, 'flat');
  const operator = mintOperator({ name: 'bench' });
  const tokenOf = (key: string, name: string) => accountToken(operator, key, name);
  const operatorFile = join(nscDir, 'bench.jwt');
  mkdirSync(join(nscDir, 'accounts'), { recursive: true });
  mkdirSync(flatDir);
  writeFileSync(operatorFile, operator.jwt);
  writeFileSync(
    join(nscDir, '.nsc'),
    JSON.stringify({ managed: false, name: 'bench', kind: 'operator', version: '1' }),
  );
  const names = new Map(
    Array.from({ length: count }, (_, index) => [randomAccountKey(), `account-${index}`]),
  );
  const nameOf = (key: string) => names.get(key) ?? key;
  const nscFile = (key: string) => join(nscDir, 'accounts', nameOf(key), `${nameOf(key)}.jwt`);
  for (const [key, name] of names) {
    const token = tokenOf(key, name);
    mkdirSync(join(nscDir, 'accounts', name));
    writeFileSync(nscFile(key), token);
    writeFileSync(join(flatDir, `${key}.jwt`), token);
  }
  return {
    nscDir,
    flatDir,
    operatorFile,
    keys: [...names.keys()],
    nscFile,
    reissue: (key) => tokenOf(key, nameOf(key)),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A well-formed public key. Nobody has its seed: accounts and users sign nothing here. */
function publicKey(prefix: number): string {
  const bytes = Buffer.concat([Buffer.from([prefix]), randomBytes(32), Buffer.alloc(2)]);
  bytes.writeUInt16LE(crc16(bytes, 33), 33);
  return base32(bytes);
}

/** The prefix bytes of nkeys (nats-io/nkeys strkey.go). */
/** A new account key. */
export const randomAccountKey = (): string => publicKey(0);
const userKey = () => publicKey(20 << 3);

/** RFC 4648 without padding; 35 bytes give exactly 56 letters. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) {
      text += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[(value >>> (bits - 5)) & 31];
    }
  }
  return text;
}

/** Who signs: a key pair, and its public key (deriving it costs more than signing). */
export interface Issuer {
  readonly identity: KeyPair;
  readonly key: string;
}

/** A token of about 1.5 KB: some exports, some revocations, as accounts in use have. */
export function accountToken(issuer: Issuer, key: string, name: string): string {
  const claims: Body = { iat: nowSeconds(), iss: issuer.key, name, sub: key };
  const jti = createHash('sha512-256').update(JSON.stringify(claims)).digest('base64url');
  const nats: Body = {
    exports: ['orders', 'invoices'].map((subject) => ({
      name: subject,
      subject: `${subject}.>`,
      type: 'stream',
    })),
    limits: OPEN_LIMITS,
    default_permissions: { pub: {}, sub: {} },
    // Random, so that every token differs from the one before it.
    revocations: Object.fromEntries(Array.from({ length: 6 }, () => [userKey(), nowSeconds()])),
    authorization: {},
    type: 'account',
    version: 2,
  };
  return sign({ jti, ...claims, nats }, issuer.identity);
}
