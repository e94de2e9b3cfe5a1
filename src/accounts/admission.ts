import type { TrustedAccount } from '../claims/jwt.js';
import type { Refusal } from './errors.js';
import type { IssueHistory } from './issue-history.js';
import { judgeTime } from './judge.js';
import { type InForce, staysInForce } from './tie.js';

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
  return (
    judgeTimes(account, history, nowSeconds) ??
    (history.replacedBy(account) === undefined ? undefined : alreadyReplaced(account))
  );
}

/**
 * As {@link mayEnter}, for what another account server sent to the nats-servers. Of the same second as what is in force
 * here, either may have to give way; see {@link staysInForce}.
 */
export function mayFollow(
  account: TrustedAccount,
  current: (InForce & { readonly issuedAtSeconds: number }) | undefined,
  history: IssueHistory,
  nowSeconds: number,
): Refusal | undefined {
  const refusal = judgeTimes(account, history, nowSeconds);
  if (refusal !== undefined) return refusal;
  if (history.replacedBy(account) === 'own' || wasTakenBack(account, current, history))
    return alreadyReplaced(account);
  const tied = current?.issuedAtSeconds === account.issuedAtSeconds;
  return tied && staysInForce(current, account.text) ? outdone(account) : undefined;
}

/** The directory went back in time by the administrator's word: nobody else brings back what was in force before. */
function wasTakenBack(
  account: TrustedAccount,
  current: { readonly issuedAtSeconds: number } | undefined,
  history: IssueHistory,
): boolean {
  const newest = history.newestIssuedAt(account.accountKey);
  return current !== undefined && current.issuedAtSeconds < newest && account.issuedAtSeconds <= newest;
}

/** What holds for all that comes over the network: valid now, not from the future, not older than what was in force. */
function judgeTimes(account: TrustedAccount, history: IssueHistory, nowSeconds: number): Refusal | undefined {
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
  if (account.issuedAtSeconds >= newest) return undefined;
  return {
    code: 'iat.older',
    message:
      `this token was issued at ${showTime(account.issuedAtSeconds)}, ` +
      `a newer one at ${showTime(newest)} is already known; pull and edit again`,
    issues: [],
  };
}

function alreadyReplaced(account: TrustedAccount): Refusal {
  return {
    code: 'iat.replaced',
    message: `this token, issued at ${showTime(account.issuedAtSeconds)}, was already replaced or deleted; edit again`,
    issues: [],
  };
}

function outdone(account: TrustedAccount): Refusal {
  return {
    code: 'iat.replaced',
    message: `another token, issued at ${showTime(account.issuedAtSeconds)} as well, came into force here at the same time`,
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
