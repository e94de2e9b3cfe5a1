import type { TrustedOperator, TrustProblem } from '../../src/claims/jwt.js';
import { trustAccount, trustOperator } from '../../src/claims/trust.js';
import type { AccountClaims } from '../../src/claims/types.js';
import { timeIssues } from '../../src/claims/validate.js';
import { readAccountJwt, readOperatorJwt } from '../../src/claims/verify.js';
import type { Parties } from '../support/account-parties.js';
import { nowSeconds } from '../support/mint.js';

/** What this program makes of a token. */
export interface OurVerdict {
  /** Taken: the account could be served, and its time is now. */
  readonly taken: boolean;
  /** The rules that speak against it, or what else does. */
  readonly against: readonly string[];
  readonly claims: AccountClaims | undefined;
  /** The token as it is stored and served. */
  readonly text: string;
}

/** Judges a token as the service does before it serves it. */
export function judge(operator: TrustedOperator, token: string): OurVerdict {
  const read = readAccountJwt(token);
  if (!read.ok) {
    return { taken: false, against: [`unreadable ${read.problem.step}`], claims: undefined, text: token };
  }
  const { claims, text } = read.value;
  const trusted = trustAccount(operator, read.value);
  const time = timeIssues(claims, nowSeconds()).map(({ rule }) => rule);
  const against = trusted.ok ? time : [...rulesOf(trusted.problem), ...time];
  return { taken: against.length === 0, against, claims, text };
}

function rulesOf({ code, issues }: TrustProblem): string[] {
  if (code === 'invalid') return issues.map(({ rule }) => rule);
  return [code === 'bad_subject' ? 'H3' : code];
}

/** The operator of the samples, trusted. */
export function trustedOperator({ operator }: Parties): TrustedOperator {
  const read = readOperatorJwt(operator.jwt);
  const trusted = read.ok ? trustOperator(read.value, nowSeconds()) : read;
  if (!trusted.ok) throw new Error('the operator is not trusted');
  return trusted.value;
}
