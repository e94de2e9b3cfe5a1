import { createHash, randomBytes } from 'node:crypto';
import type { KeyPair } from 'nkeys.js';
import { type Body, nowSeconds, OPEN_LIMITS, sign } from '../../test/support/mint.js';
import { encodeKey } from '../../test/support/public-key.js';

/** Who signs: a key pair, and its public key (deriving it costs more than signing). */
export interface Issuer {
  readonly identity: KeyPair;
  readonly key: string;
}

/** A new account key. Nobody has its seed: accounts and users sign nothing here. */
export const randomAccountKey = (): string => encodeKey('account', randomBytes(32));

/** Users who can have been revoked: making a key takes as long as a signature. */
const users = Array.from({ length: 1000 }, () => encodeKey('user', randomBytes(32)));
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
