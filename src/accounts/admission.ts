import type { TrustedAccount } from '../claims/jwt.js';
import type { Refusal } from './errors.js';
import type { IssueHistory } from './issue-history.js';
import { judgeTime } from './judge.js';

/** How far ahead of our clock an `iat` may be: a token from the far future would block every later change. */
export const MAX_ISSUED_AHEAD_SECONDS = 300;

/**
 * The age rules for a pushed account: valid now, not issued in the future, not older than what was ever in force, not a
 * text that was already replaced. Directories are the administrator's word and are not asked.
 */
export function mayEnter(
  account: TrustedAccount,
  history: IssueHistory,
  nowSeconds: number,
): Refusal | undefined {
  return judgeTime(account, nowSeconds) ?? judgeFuture(account, nowSeconds) ?? judgeAge(account, history);
}

function judgeFuture(account: TrustedAccount, nowSeconds: number): Refusal | undefined {
  const aheadSeconds = account.issuedAtSeconds - nowSeconds;
  if (aheadSeconds <= MAX_ISSUED_AHEAD_SECONDS) return undefined;
  return {
    code: 'iat.future',
    message: `issued at ${showTime(account.issuedAtSeconds)}, ${aheadSeconds} s ahead of this server's clock; check the clocks`,
    issues: [],
  };
}

function judgeAge(account: TrustedAccount, history: IssueHistory): Refusal | undefined {
  const newest = history.newestIssuedAt(account.accountKey);
  if (account.issuedAtSeconds < newest) {
    return {
      code: 'iat.older',
      message:
        `this token was issued at ${showTime(account.issuedAtSeconds)}, ` +
        `a newer one at ${showTime(newest)} is already known; pull and edit again`,
      issues: [],
    };
  }
  if (!history.wasReplaced(account)) return undefined;
  return {
    code: 'iat.replaced',
    message: `this token, issued at ${showTime(account.issuedAtSeconds)}, was already replaced or deleted; edit again`,
    issues: [],
  };
}

/** Both forms: people read the date, scripts the number. */
export function showTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? String(seconds)
    : `${date.toISOString().replace('.000Z', 'Z')} (iat ${seconds})`;
}
