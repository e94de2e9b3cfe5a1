import { hardeningIssues } from '../../claims/hardening.js';
import { type Issue, isBlocking, isBlockingWithTime } from '../../claims/issues.js';
import type { TrustedOperator, VerifiedJwt } from '../../claims/jwt.js';
import { operatorDidSign } from '../../claims/trust.js';
import type { Claims } from '../../claims/types.js';
import { validate } from '../../claims/validate.js';
import { EXIT } from '../exit-codes.js';

/** By whom and when tokens are judged. */
export interface Judge {
  /** `undefined`: nobody's trust is asked for. `untrustworthy`: the operator named is none to rely on (H4). */
  readonly operator: TrustedOperator | 'untrustworthy' | undefined;
  readonly nowSeconds: number;
}

/** What is to be said of a token. */
export interface Verdict {
  readonly jwt: VerifiedJwt;
  /** What Go's validation finds. */
  readonly issues: readonly Issue[];
  /** What a safe server refuses beyond that. */
  readonly hardening: readonly Issue[];
  /** Whether the operator signed it (DidSign) and nothing is unsafe about it; `undefined`: no operator to ask. */
  readonly trusted: boolean | undefined;
}

/** Judges a token whose signature is verified. */
export function judge(jwt: VerifiedJwt, { operator, nowSeconds }: Judge): Verdict {
  const hardening = hardeningIssues(jwt);
  return {
    jwt,
    issues: validate(jwt.claims, nowSeconds),
    hardening,
    trusted: operator && hardening.length === 0 && didSign(operator, jwt.claims),
  };
}

function didSign(operator: NonNullable<Judge['operator']>, claims: Claims): boolean {
  return operator !== 'untrustworthy' && operatorDidSign(operator.claims, claims);
}

/** The exit code for a token: whether a nats-server of the operator, if one is named, would take it now. */
export function exitCodeOf({ jwt, issues, hardening, trusted }: Verdict): number {
  const untrusted = trusted === false && isSignedByOperators(jwt.claims);
  const refused = isBlockingWithTime(issues) || hardening.length > 0 || untrusted;
  return refused ? EXIT.refused : EXIT.ok;
}

/** Whether it is for operators to sign such claims: users are signed by accounts. */
export function isSignedByOperators({ kind }: Claims): boolean {
  return kind === 'account' || kind === 'operator';
}

/** The verdict as data: what a line of `--jsonl` says. */
export function verdictData({ jwt: { claims }, issues, hardening, trusted }: Verdict): object {
  return {
    decode: { ok: true },
    kind: claims.kind,
    version: claims.kind === 'generic' ? 0 : claims.nats.version,
    subject: claims.sub,
    issuer: claims.iss,
    issues: issues.map(issueData),
    blocking: isBlocking(issues),
    blocking_with_time: isBlockingWithTime(issues),
    hardening: [...new Set(hardening.map((issue) => issue.rule))].toSorted(byNumber),
    ...(trusted !== undefined && { trusted }),
  };
}

/** The data for what is no token at all. */
export function undecodableData(error: string, operator: Judge['operator']): object {
  return { decode: { ok: false, error }, ...(operator !== undefined && { trusted: false }) };
}

/** An issue as data, the fields in the order of the documentation. */
export function issueData({ severity, rule, path, description }: Issue): Issue {
  return { severity, rule, path, description };
}

/** H2 before H12. */
function byNumber(a: string, b: string): number {
  return Number(a.slice(1)) - Number(b.slice(1));
}
