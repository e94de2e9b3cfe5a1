import { withoutLineEnds } from './base64url.js';
import { operatorDidSign } from './did-sign.js';
import { hardeningIssues } from './hardening.js';
import type { Issue } from './issues.js';
import type {
  Result,
  TrustedAccount,
  TrustedOperator,
  TrustProblem,
  Unproven,
  VerifiedAccountJwt,
  VerifiedJwt,
  VerifiedOperatorJwt,
} from './jwt.js';
import { type AccountKey, isAccountKey, isOperatorKey, keyKind } from './keys.js';
import type { Int64 } from './types.js';
import { validate } from './validate.js';
import type { Outline } from './verify.js';

export { accountDidSign, operatorDidSign, validateScopedSigner } from './did-sign.js';

/** Go passes over line ends within a token; text that is kept a line per token would break on signed ones (H12). */
function lineEndIssues(jwt: VerifiedJwt): readonly Issue[] {
  if (withoutLineEnds(jwt.text) === jwt.text) return [];
  return [{ rule: 'H12', severity: 'error', path: '', description: 'The signed part holds a line break.' }];
}

/** Everything that keeps a token from being relied on, whatever the time. */
function blockingIssues(jwt: VerifiedJwt, nowSeconds: number): readonly Issue[] {
  const errors = validate(jwt.claims, nowSeconds).filter(({ severity }) => severity === 'error');
  return [...errors, ...hardeningIssues(jwt), ...lineEndIssues(jwt)];
}

/**
 * Decides whether an operator JWT may be relied on (H4): an operator key as subject, signed by that operator, no error
 * issue, no hardening issue. Being expired is none: whoever asks looks at the time separately.
 */
export function trustOperator(
  jwt: VerifiedOperatorJwt,
  nowSeconds: number,
): Result<TrustedOperator, readonly Issue[]> {
  const issues = blockingIssues(jwt, nowSeconds);
  const { sub, name, nats } = jwt.claims;
  if (issues.length > 0 || !isOperatorKey(sub)) return { ok: false, problem: issues };
  const operator: Unproven<TrustedOperator> = {
    text: jwt.text,
    key: sub,
    name,
    signingKeys: new Set(nats.signing_keys),
    strict: nats.strict_signing_key_usage,
    systemAccount: isAccountKey(nats.system_account) ? nats.system_account : undefined,
    claims: jwt.claims,
  };
  // The one place where an operator becomes a trusted one: everything above is the proof.
  return { ok: true, value: operator as TrustedOperator };
}

/** Times and limits beyond 2^53 are as good as for ever. */
function toSafeInteger(value: Int64): number {
  if (typeof value === 'number') return value;
  return value < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
}

const NONE: readonly AccountKey[] = [];

function exportersOf({ claims }: VerifiedAccountJwt): readonly AccountKey[] {
  if (claims.nats.imports.length === 0) return NONE;
  const accounts = claims.nats.imports.flatMap((entry) => entry?.account ?? []);
  return [...new Set(accounts)].filter(isAccountKey);
}

/** The operator's own copy of a key: a hundred thousand accounts need not keep one each. */
function sameText({ key, signingKeys }: TrustedOperator, text: string): string {
  if (text === key) return key;
  for (const signingKey of signingKeys) if (signingKey === text) return signingKey;
  return text;
}

/** What is kept of an account. Go takes `exp` and `nbf` below 0 for absent. */
function summarize(
  operator: TrustedOperator,
  jwt: VerifiedAccountJwt,
  accountKey: AccountKey,
): TrustedAccount {
  const { iss, name, iat, exp, nbf } = jwt.claims;
  const account: Unproven<TrustedAccount> = {
    text: jwt.text,
    accountKey,
    issuerKey: sameText(operator, iss),
    name,
    issuedAtSeconds: toSafeInteger(iat),
    expiresAtSeconds: Math.max(0, toSafeInteger(exp)),
    notBeforeSeconds: Math.max(0, toSafeInteger(nbf)),
    exporters: exportersOf(jwt),
  };
  // The one place where an account becomes a trusted one: trustAccount has checked all that this type promises.
  return account as TrustedAccount;
}

function distrust(code: TrustProblem['code'], message: string, issues: readonly Issue[] = []): TrustProblem {
  return { code, message, issues };
}

const BAD_SUBJECT = distrust('bad_subject', 'the subject is not an account key');

/** Who signed: only this operator will do, in a way that it allows itself. */
function issuerProblem(operator: TrustedOperator, { iss, sub }: Outline): TrustProblem | undefined {
  if (iss === sub) return distrust('self_signed', 'the account signed itself; the operator has to sign it');
  // A trusted operator has operator keys only.
  if (operatorDidSign(operator.claims, { iss, sub })) return undefined;
  if (keyKind(iss) === 'account')
    return distrust('issuer_is_account', `the issuer ${iss} is an account, not the operator`);
  if (iss === operator.key) {
    const message =
      'the operator signed with its identity key, but demands signing keys (strict_signing_key_usage)';
    return distrust('issuer_identity_key', message);
  }
  return distrust('issuer_untrusted', 'the issuer is neither the operator nor one of its signing keys');
}

/**
 * Looks only at who signed about whom, which is how {@link trustAccount} begins: large tokens of strangers can be turned
 * away by their outline.
 * @returns why an account JWT with this outline is not to be trusted, or `undefined`
 */
export function distrustOutline(operator: TrustedOperator, outline: Outline): TrustProblem | undefined {
  return isAccountKey(outline.sub) ? issuerProblem(operator, outline) : BAD_SUBJECT;
}

/**
 * Looks at who signed an account that is trusted already: what else {@link trustAccount} asks does not depend on the
 * operator.
 * @returns why this operator's nats-servers do not take it, or `undefined`
 */
export function distrustIssuer(operator: TrustedOperator, account: TrustedAccount): TrustProblem | undefined {
  return issuerProblem(operator, { iss: account.issuerKey, sub: account.accountKey });
}

/**
 * Decides whether an account JWT is one that nats-servers of this operator take, time apart. The checks go from the
 * cheapest on: subject (H3), issuer, content, hardening.
 */
export function trustAccount(
  operator: TrustedOperator,
  jwt: VerifiedAccountJwt,
): Result<TrustedAccount, TrustProblem> {
  const { sub } = jwt.claims;
  if (!isAccountKey(sub)) return { ok: false, problem: BAD_SUBJECT };
  const problem = issuerProblem(operator, jwt.claims);
  if (problem !== undefined) return { ok: false, problem };
  // Only issues of time depend on the time, and those do not count here.
  const issues = blockingIssues(jwt, 0);
  const [first] = issues;
  if (first === undefined) return { ok: true, value: summarize(operator, jwt, sub) };
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return { ok: false, problem: distrust('invalid', `${first.description}${more}`, issues) };
}
