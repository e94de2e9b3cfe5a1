import type { Issue } from './issues.js';
import type { Claims, Int64 } from './types.js';

/** The two fields that {@link timeIssues} looks at. */
export interface Validity {
  readonly exp: Int64;
  readonly nbf: Int64;
}

/**
 * C1 and C2: whether claims are expired or not yet valid at `nowSeconds` (Unix seconds; the second of `exp` itself is
 * still valid, no allowance for clock skew). Source: nats-io/jwt v2/claims.go.
 */
export function timeIssues(claims: Validity, nowSeconds: number): Issue[] {
  const issues: Issue[] = [];
  if (claims.exp > 0 && nowSeconds > claims.exp) {
    issues.push({ rule: 'C1', severity: 'time', path: 'exp', description: 'The token is expired.' });
  }
  if (claims.nbf > 0 && claims.nbf > nowSeconds) {
    issues.push({ rule: 'C2', severity: 'time', path: 'nbf', description: 'The token is not yet valid.' });
  }
  return issues;
}

/** What Go's `Validate` says of claims of any kind, in its order. */
export function validate(claims: Claims, nowSeconds: number): Issue[] {
  return timeIssues(claims, nowSeconds);
}
