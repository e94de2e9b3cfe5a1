import { createHash } from 'node:crypto';
import type { TrustedAccount } from '../claims/jwt.js';
import type { Word } from './tie.js';

/** What is remembered of an account, so that its former tokens do not come back. Times are seconds since 1970. */
export interface Mark {
  /** The highest `iat` that was in force, or was about to be. */
  readonly newest: number;
  /** The `iat` of what came into force last: less than `newest` after a directory went back in time. */
  readonly inForce: number;
  /** Hashes of texts of the second `newest` that were replaced or deleted, and by whose word. */
  readonly gone: ReadonlyMap<string, Word>;
}

/** An account that nothing is known of. */
export const UNKNOWN: Mark = { newest: 0, inForce: 0, gone: new Map() };

/** The mark of an account of which one token was in force, or only ever newer ones. */
export function plainMark(issuedAtSeconds: number): Mark {
  return { newest: issuedAtSeconds, inForce: issuedAtSeconds, gone: UNKNOWN.gone };
}

/** Whether two marks say the same, as far as can be told at once: their hashes are one and the same object. */
export function isSame(one: Mark, other: Mark): boolean {
  return one.newest === other.newest && one.inForce === other.inForce && one.gone === other.gone;
}

/** The mark after `account` came into force in place of `previous`, by this word; the same object if nothing changes. */
export function enter(
  mark: Mark,
  account: TrustedAccount,
  previous: TrustedAccount | undefined,
  word: Word,
): Mark {
  const raised = raise(mark, account);
  const gone = new Map(raised.gone);
  const revived = gone.size > 0 && account.issuedAtSeconds === raised.newest && gone.delete(hashOf(account));
  const buried = previous !== undefined && bury(gone, raised, previous, word);
  const inForce = account.issuedAtSeconds;
  if (!revived && !buried) return inForce === raised.inForce ? raised : { ...raised, inForce };
  return { newest: raised.newest, inForce, gone };
}

/** The mark after `account` was deleted: its last token may not come back by push. */
export function leave(mark: Mark, account: TrustedAccount): Mark {
  const raised = raise(mark, account);
  const gone = new Map(raised.gone);
  return bury(gone, raised, account, 'own') ? { ...raised, gone } : raised;
}

/** By whose word this very text was replaced or deleted at the newest second; undefined when it was not. */
export function goneBy(mark: Mark, account: TrustedAccount): Word | undefined {
  return mark.gone.size > 0 && mark.newest === account.issuedAtSeconds
    ? mark.gone.get(hashOf(account))
    : undefined;
}

/** What two memories of one account say together, when neither is known to be the later one. */
export function join(one: Mark, other: Mark): Mark {
  const inForce = Math.max(one.inForce, other.inForce);
  if (one.newest !== other.newest) return { ...(one.newest > other.newest ? one : other), inForce };
  const gone = new Map(one.gone);
  for (const [hash, word] of other.gone) if (gone.get(hash) !== 'own') gone.set(hash, word);
  return { newest: one.newest, inForce, gone };
}

function raise(mark: Mark, { issuedAtSeconds }: TrustedAccount): Mark {
  return mark.newest >= issuedAtSeconds ? mark : { ...mark, newest: issuedAtSeconds, gone: UNKNOWN.gone };
}

/** Answers whether that is news. */
function bury(gone: Map<string, Word>, { newest }: Mark, account: TrustedAccount, word: Word): boolean {
  if (account.issuedAtSeconds !== newest) return false;
  const hash = hashOf(account);
  if (gone.get(hash) === word) return false;
  gone.set(hash, word);
  return true;
}

/** 128 bits do: only the operator can sign texts, and it has no reason to look for two of one hash. */
function hashOf({ text }: TrustedAccount): string {
  return createHash('sha256').update(text, 'latin1').digest().subarray(0, 16).toString('base64url');
}
