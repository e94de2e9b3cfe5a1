import { createHash, randomBytes } from 'node:crypto';
import type { KeyPair } from 'nkeys.js';
import { crc16 } from '../../src/claims/keys.js';
import { type Body, nowSeconds, OPEN_LIMITS, sign } from '../../test/support/mint.js';

/** Who signs: a key pair, and its public key (deriving it costs more than signing). */
export interface Issuer {
  readonly identity: KeyPair;
  readonly key: string;
}

/** The prefix bytes of nkeys (nats-io/nkeys strkey.go). */
const ACCOUNT = 0;
const USER = 20 << 3;

/** A new account key. */
export const randomAccountKey = (): string => publicKey(ACCOUNT);

/** A well-formed public key. Nobody has its seed: accounts and users sign nothing here. */
function publicKey(prefix: number): string {
  const bytes = Buffer.concat([Buffer.from([prefix]), randomBytes(32), Buffer.alloc(2)]);
  bytes.writeUInt16LE(crc16(bytes, 33), 33);
  return base32(bytes);
}

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

/** Users who can have been revoked: making a key takes as long as a signature. */
const users = Array.from({ length: 1000 }, () => publicKey(USER));
const anyUser = (): string => users[Math.floor(Math.random() * users.length)] ?? '';

const EXPORTS = ['orders', 'invoices'].map((subject) => ({
  name: subject,
  subject: `${subject}.>`,
  type: 'stream',
}));

/**
 * A token of about 1.5 KB: some exports, some revocations, as accounts in use have. Which users are revoked is left to
 * chance, so that every token differs from the one before it.
 */
export function accountToken(issuer: Issuer, key: string, name: string, issuedAt = nowSeconds()): string {
  const claims: Body = { iat: issuedAt, iss: issuer.key, name, sub: key };
  const jti = createHash('sha512-256').update(JSON.stringify(claims)).digest('base64url');
  const nats: Body = {
    exports: EXPORTS,
    limits: OPEN_LIMITS,
    default_permissions: { pub: {}, sub: {} },
    revocations: Object.fromEntries(Array.from({ length: 6 }, () => [anyUser(), issuedAt])),
    authorization: {},
    type: 'account',
    version: 2,
  };
  return sign({ jti, ...claims, nats }, issuer.identity);
}
