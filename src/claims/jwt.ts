import type { Issue } from './issues.js';
import type { AccountKey, OperatorKey } from './keys.js';
import type { AccountClaims, Claims, OperatorClaims } from './types.js';

/** Either a value or the reason why there is none; claims functions never throw, whatever the input. */
export type Result<T, P> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: P };

/** The step of decoding at which a token failed, in Go's order (jwt v2/decoder.go). */
export type DecodeStep = 'size' | 'chunks' | 'header' | 'payload' | 'signature' | 'issuer' | 'kind';

/** Why a token is no JWT of ours. */
export interface DecodeProblem {
  readonly step: DecodeStep;
  /** One sentence for a person; never quotes more than a few characters of the token. */
  readonly message: string;
}

/** A token taken apart. Nothing about it is proven: anyone can write one. */
export interface DecodedJwt<C extends Claims = Claims> {
  /** The token without the line ends that Go tolerates after it (H12): what is stored, compared and served. */
  readonly text: string;
  readonly claims: C;
  /** What the signature covers: the second chunk alone (`v1`), or the first two with the dot between them (`v2`). */
  readonly signatureForm: 'v1' | 'v2';
  /** What decoding saw that Go lets pass and we refuse (H6); more is found by `hardeningIssues`. */
  readonly decodeHardening: readonly Issue[];
}

declare const verified: unique symbol;
/** A token whose signature is by the key in `iss`, and whose issuer kind may sign such claims. */
export interface VerifiedJwt<C extends Claims = Claims> extends DecodedJwt<C> {
  readonly [verified]: true;
}

/** The fields of a type that carries proof, without the proof: what is there before the last check has passed. */
export type Unproven<T> = { readonly [K in keyof T as K extends string ? K : never]: T[K] };

declare const trusted: unique symbol;
/**
 * An operator JWT that may be relied on: verified, self-signed (DidSign), an operator key as subject, no error issue
 * (H4). Made by `trustOperator` alone.
 */
export interface TrustedOperator {
  readonly [trusted]: 'operator';
  readonly text: string;
  readonly key: OperatorKey;
  readonly name: string;
  readonly signingKeys: ReadonlySet<string>;
  /** `strict_signing_key_usage`: accounts must be signed by a signing key, never by the identity key. */
  readonly strict: boolean;
  readonly systemAccount: AccountKey | undefined;
  readonly claims: OperatorClaims;
}

/**
 * An account JWT that nats-servers of this operator would take, time apart: verified, strict account key as subject,
 * signed by the operator, no error issue, no hardening issue. Made by `trustAccount` alone; stores save and HTTP
 * serves nothing else. It keeps a summary, not the claims: a process holds 100,000 of these.
 */
export interface TrustedAccount {
  readonly [trusted]: 'account';
  readonly text: string;
  readonly accountKey: AccountKey;
  readonly issuerKey: string;
  readonly name: string;
  readonly issuedAtSeconds: number;
  /** 0: never. */
  readonly expiresAtSeconds: number;
  /** 0: at once. */
  readonly notBeforeSeconds: number;
  /** Accounts that this one imports from, each once. */
  readonly exporters: readonly AccountKey[];
}

/** Why an account JWT is not trusted. `issues` says more for `invalid`. */
export interface TrustProblem {
  readonly code:
    | 'bad_subject'
    | 'self_signed'
    | 'issuer_is_account'
    | 'issuer_untrusted'
    | 'issuer_identity_key'
    | 'invalid';
  readonly message: string;
  readonly issues: readonly Issue[];
}

/** A verified token known to be an account's. */
export type VerifiedAccountJwt = VerifiedJwt<AccountClaims>;
/** A verified token known to be an operator's. */
export type VerifiedOperatorJwt = VerifiedJwt<OperatorClaims>;
