import { createHash } from 'node:crypto';
import type { Result } from './jwt.js';
import { encodeBase32 } from './keys.js';
import type { ActivationClaims } from './types.js';

const WILDCARDS: ReadonlySet<string> = new Set(['*', '>']);

/** What {@link activationHash} reads of an activation token. */
export type HashedActivation = Pick<ActivationClaims, 'iss' | 'sub'> & {
  readonly nats: Pick<ActivationClaims['nats'], 'subject'>;
};

/**
 * The id under which an activation token is looked up: 56 characters, SHA-256 over issuer, subject and import subject
 * up to its first wildcard (`foo.*` and `foo.>` share an id by design). The problem is a sentence, when one of the
 * three is missing. Source: nats-io/jwt v2/activation_claims.go HashID.
 */
export function activationHash(claims: HashedActivation): Result<string, string> {
  const { iss, sub, nats } = claims;
  if (iss === '' || sub === '' || nats.subject === '') {
    return { ok: false, problem: 'An activation hash needs an issuer, a subject and an import subject.' };
  }
  const hash = createHash('sha256')
    .update(`${iss}.${sub}.${beforeWildcard(nats.subject)}`)
    .digest();
  return { ok: true, value: `${encodeBase32(hash)}====` };
}

/** `_` stands for a subject that begins with a wildcard. */
function beforeWildcard(subject: string): string {
  const tokens = subject.split('.');
  const wildcard = tokens.findIndex((token) => WILDCARDS.has(token));
  if (wildcard === 0) return '_';
  // Nothing before the wildcard (`.*`) means the whole subject, as nothing to cut off does.
  return (wildcard > 0 && tokens.slice(0, wildcard).join('.')) || subject;
}
