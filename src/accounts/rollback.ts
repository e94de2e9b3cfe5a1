import type { TrustedAccount } from '../claims/jwt.js';
import { showTime } from './admission.js';
import type { Refusal } from './errors.js';
import type { IssueHistory } from './issue-history.js';

/**
 * What happens when an account is to go back to an older token, by which users revoked since then would be let in again:
 *
 * - `refuse-pushes`: pushes are refused; a directory that goes back (a checkout, a restored backup) is the
 *   administrator's word, obeyed with a warning.
 * - `refuse-all`: such a directory is refused as well, and what was in force stays so.
 * - `allow`: everything is accepted, for tests.
 */
export type RollbackRule = 'refuse-pushes' | 'refuse-all' | 'allow';

/** Why a directory that holds this token goes back in time; undefined when it does not. */
export function refuseRollback(account: TrustedAccount, history: IssueHistory): Refusal | undefined {
  const newest = history.lastIssuedAt(account.accountKey);
  if (account.issuedAtSeconds >= newest) return undefined;
  return {
    code: 'iat.older',
    message:
      `goes back to a token issued at ${showTime(account.issuedAtSeconds)}, one issued at ${showTime(newest)} was in force; ` +
      'issue it anew, or start once with --rollback refuse-pushes to accept it',
    issues: [],
  };
}
