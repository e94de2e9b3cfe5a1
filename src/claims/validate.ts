import type { Issue } from './issues.js';
import { accountIssues } from './rules/account.js';
import { ACTIVATION_RULES } from './rules/activation.js';
import { AUTHORIZATION_REQUEST_RULES, AUTHORIZATION_RESPONSE_RULES } from './rules/auth-callout.js';
import { operatorIssues } from './rules/operator.js';
import { report } from './rules/rule.js';
import { TIME_RULES, type ValidityPart } from './rules/time.js';
import { userIssues } from './rules/user.js';
import type { ClaimKind, Claims } from './types.js';

/**
 * C1 and C2: whether claims are expired or not yet valid at `nowSeconds` (Unix seconds; the second of `exp` itself is
 * still valid, no allowance for clock skew). Source: nats-io/jwt v2/claims.go.
 */
export function timeIssues(claims: Omit<ValidityPart, 'nowSeconds'>, nowSeconds: number): Issue[] {
  const issues: Issue[] = [];
  report(TIME_RULES, { exp: claims.exp, nbf: claims.nbf, nowSeconds }, '', issues);
  return issues;
}

/** Kinds whose content Go judges before their time. */
const TIME_LAST: ReadonlySet<ClaimKind> = new Set(['authorization_request', 'authorization_response']);

/**
 * What the `Validate` of Go's nats-io/jwt v2 says of claims of any kind at `nowSeconds`: the same findings of the same
 * severity in the same order, except that Go takes maps in random order and crashes where H5 fires. All rules are
 * listed in `rules/catalogue.ts`.
 */
export function validate(claims: Claims, nowSeconds: number): Issue[] {
  const time = timeIssues(claims, nowSeconds);
  const content = contentIssues(claims);
  return TIME_LAST.has(claims.kind) ? [...content, ...time] : [...time, ...content];
}

function contentIssues(claims: Claims): Issue[] {
  const issues: Issue[] = [];
  switch (claims.kind) {
    case 'account':
      accountIssues(claims, issues);
      break;
    case 'operator':
      operatorIssues(claims, issues);
      break;
    case 'user':
      userIssues(claims, issues);
      break;
    case 'activation':
      report(ACTIVATION_RULES, claims, '', issues);
      break;
    case 'authorization_request':
      report(AUTHORIZATION_REQUEST_RULES, claims, '', issues);
      break;
    case 'authorization_response':
      report(AUTHORIZATION_RESPONSE_RULES, claims, '', issues);
      break;
    case 'generic':
      break;
  }
  return issues;
}
