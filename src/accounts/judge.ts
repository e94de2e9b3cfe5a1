import type { Issue } from '../claims/issues.js';
import type { DecodeProblem, TrustedAccount, TrustedOperator, TrustProblem } from '../claims/jwt.js';
import { distrustIssuer, distrustOutline, trustAccount } from '../claims/trust.js';
import { timeIssues } from '../claims/validate.js';
import { readAccountJwt, readOutline } from '../claims/verify.js';
import type { Refusal, RefusalCode } from './errors.js';

/** A judged text: the trusted account that it is, or why it is none. */
export type Judgement =
  | { readonly ok: true; readonly account: TrustedAccount }
  | { readonly ok: false; readonly refusal: Refusal };

const TRUST_CODES: Readonly<Record<TrustProblem['code'], RefusalCode>> = {
  bad_subject: 'subject.invalid',
  self_signed: 'issuer.self_signed',
  issuer_is_account: 'issuer.account',
  issuer_untrusted: 'issuer.untrusted',
  issuer_identity_key: 'issuer.identity_key',
  invalid: 'claims.invalid',
};

/** Builds a refusal. */
export function refuse(
  code: RefusalCode,
  message: string,
  issues: readonly Issue[] = [],
): Judgement & { ok: false } {
  return { ok: false, refusal: { code, message, issues } };
}

/**
 * Decides whether a text is an account JWT of this operator, whatever the time: decode, verify, subject, trust,
 * content, in that order. The time is judged apart by {@link judgeTime}, since a directory may hold expired accounts.
 */
export function judgeAccount(
  token: string | Uint8Array,
  operator: TrustedOperator | undefined,
  expectedKey?: string,
): Judgement {
  const stranger = token.length > LARGE_BYTES ? judgeStranger(token, operator, expectedKey) : undefined;
  if (stranger !== undefined) return stranger;
  const read = readAccountJwt(token);
  if (!read.ok) return refuse(decodeCode(read.problem), read.problem.message);
  const mismatch = subjectMismatch(read.value.claims.sub, expectedKey);
  if (mismatch !== undefined) return mismatch;
  if (operator === undefined) return refuse('operator.missing', 'no operator JWT was read yet');
  const trusted = trustAccount(operator, read.value);
  if (trusted.ok) return { ok: true, account: trusted.value };
  return refuse(TRUST_CODES[trusted.problem.code], trusted.problem.message, trusted.problem.issues);
}

/** Beyond this a token is worth a look at who signed it before its claims are built. */
const LARGE_BYTES = 65_536;

/** Anyone can sign a megabyte of claims with a key of his own; building those just to refuse them costs half a second. */
function judgeStranger(
  token: string | Uint8Array,
  operator: TrustedOperator | undefined,
  expectedKey: string | undefined,
): (Judgement & { ok: false }) | undefined {
  const outline = readOutline(token);
  if (!outline.ok) return refuse(decodeCode(outline.problem), outline.problem.message);
  const mismatch = subjectMismatch(outline.value.sub, expectedKey);
  if (mismatch !== undefined) return mismatch;
  const problem = operator && distrustOutline(operator, outline.value);
  return problem && refuse(TRUST_CODES[problem.code], problem.message, problem.issues);
}

/**
 * Whether an account that was trusted is still so under another operator JWT: only who signed it can make a difference,
 * so nothing is verified again.
 */
export function judgeAgain(account: TrustedAccount, operator: TrustedOperator): Refusal | undefined {
  const problem = distrustIssuer(operator, account);
  return problem && { code: TRUST_CODES[problem.code], message: problem.message, issues: problem.issues };
}

/** Refuses a pushed token that is expired or not yet valid (Go refuses with IsBlocking(true)). */
export function judgeTime(account: TrustedAccount, nowSeconds: number): Refusal | undefined {
  const issues = timeIssues({ exp: account.expiresAtSeconds, nbf: account.notBeforeSeconds }, nowSeconds);
  const [first] = issues;
  return first && { code: 'claims.time', message: first.description, issues };
}

function subjectMismatch(
  subject: string,
  expectedKey: string | undefined,
): (Judgement & { ok: false }) | undefined {
  if (expectedKey === undefined || subject === expectedKey) return undefined;
  return refuse('subject.mismatch', `the token is about ${quoteKey(subject)}, not ${quoteKey(expectedKey)}`);
}

function decodeCode(problem: DecodeProblem): RefusalCode {
  if (problem.step === 'size') return 'jwt.too_large';
  return problem.step === 'kind' ? 'jwt.not_account' : 'jwt.undecodable';
}

/** Both texts come from strangers, and one of them may be a seed (58 letters) that was taken for the key. */
function quoteKey(text: string): string {
  return /^[A-Z2-7]{56}$/.test(text)
    ? JSON.stringify(text)
    : `something that is no key (${text.length} characters)`;
}
