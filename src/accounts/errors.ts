import type { Issue } from '../claims/issues.js';

/**
 * Every reason for which a candidate is refused, with what it means. Codes are stable: they appear in logs, metrics
 * and `docs/errors.md`; `http/errors.ts` maps each to a status.
 */
export const REFUSALS = {
  'jwt.too_large': 'the token is larger than 1 MiB',
  'jwt.undecodable': 'the text is no correctly signed JWT',
  'jwt.not_account': 'the token is a JWT, but not an account JWT',
  'subject.mismatch': 'the subject is not the account the request (or file name) is about',
  'subject.invalid': 'the subject is no account key',
  'issuer.self_signed': 'the account signed itself; an operator key has to',
  'issuer.account': 'an account key signed; an operator key has to',
  'issuer.untrusted': 'the issuer is no key of the operator',
  'issuer.identity_key': 'the operator is strict: a signing key has to sign, not its identity key',
  'claims.invalid': 'the claims break a rule that nats-server enforces',
  'claims.time': 'the token is expired or not yet valid',
  'iat.older': 'a newer token is already in force',
  'iat.replaced': 'this token was already replaced by another of the same second',
  'iat.future': 'the token was issued too far in the future',
  'name.conflict': 'another account already has this name in the store',
  'name.invalid': 'the account name cannot be a directory name',
  'operator.missing': 'no operator JWT is configured, so nothing can be trusted',
  'store.read_only': 'the store is read-only',
  'store.unavailable': 'the store cannot be written right now',
  'store.full': 'no space is left for the token',
  'state.unavailable': 'what must not come back cannot be remembered: the state directory cannot be written',
  'audit.unavailable': 'what is decided cannot be put on record: the audit cannot be written',
} as const;

/** A code of {@link REFUSALS}. */
export type RefusalCode = keyof typeof REFUSALS;

/** A candidate was refused: a value, not an exception. */
export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence for a person, with the facts. */
  readonly message: string;
  /** What validation found, for `claims.*`. */
  readonly issues: readonly Issue[];
}

/** What a store or the start-up throws; `code` is one of {@link REFUSALS}. */
export class AccountsError extends Error {
  override readonly name = 'AccountsError';

  constructor(
    readonly code: RefusalCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
