import type { KeyPair } from 'nkeys.js';

/** A token's payload: whatever JSON object it holds, nothing about it proven. */
export interface TokenPayload {
  readonly sub: string;
  readonly iss: string;
  readonly name: string;
  readonly nats: Readonly<Record<string, unknown>>;
  readonly [claim: string]: unknown;
}

/**
 * Reads the payload of a token that this program, or the user's own nsc, wrote; no signature is checked.
 * @throws Error when the text is no token
 */
export function tokenPayload(jwt: string): TokenPayload {
  const [, chunk = ''] = jwt.trim().split('.');
  const payload: unknown = JSON.parse(Buffer.from(chunk, 'base64url').toString('utf8'));
  if (!isTokenPayload(payload)) throw new Error('the payload lacks sub, iss, name or nats');
  return payload;
}

function isTokenPayload(value: unknown): value is TokenPayload {
  if (typeof value !== 'object' || value === null) return false;
  const { sub, iss, name, nats } = value as Record<string, unknown>;
  return (
    [sub, iss, name].every((claim) => typeof claim === 'string') && typeof nats === 'object' && nats !== null
  );
}

/**
 * Signs a changed payload, dated now. Written out here because @nats-io/jwt encodes text as Latin-1: what the user's
 * nsc has added to the account, an accented description say, has to come through unharmed.
 */
export function signAnew(payload: TokenPayload, signer: KeyPair): string {
  const { jti: _, ...claims } = payload;
  const dated = { ...claims, iat: Math.floor(Date.now() / 1000), iss: signer.getPublicKey() };
  const signed = `${chunk({ typ: 'JWT', alg: 'ed25519-nkey' })}.${chunk(dated)}`;
  return `${signed}.${Buffer.from(signer.sign(Buffer.from(signed))).toString('base64url')}`;
}

const chunk = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
