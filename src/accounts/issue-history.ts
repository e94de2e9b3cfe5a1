import type { TrustedAccount } from '../claims/jwt.js';
import type { Ledger, Pending } from './ledger.js';
import { enter, goneBy, isSame, join, leave, type Mark, plainMark, UNKNOWN } from './mark.js';
import { readMark, writeMark } from './mark-text.js';
import type { Word } from './tie.js';

/**
 * The highest `iat` seen per account, and the texts of that second that were already replaced or deleted. Account JWTs
 * can be read by anyone, so without this memory a replayed old token would let revoked users back in (nats-server
 * compares nothing). Every change is noted in the ledger; a push waits until what it is about to change is durable there,
 * before it is kept, so that there is no moment from which a crash would bring back the old.
 */
export class IssueHistory {
  /** Nearly all marks are {@link plainMark}s, kept as their one time: 100,000 of them are 5 MB less. */
  readonly #marks = new Map<string, Mark | number>();
  /** Marks as they will be once what is under way has happened: the ledger has them already. */
  readonly #foreseen = new Map<string, Mark>();

  constructor(private readonly ledger: Ledger) {}

  /** The highest `iat` that was ever in force for this account; 0 when it is unknown. */
  newestIssuedAt(accountKey: string): number {
    return this.#markOf(accountKey).newest;
  }

  /** The `iat` of what was in force last; 0 when it is unknown. */
  lastIssuedAt(accountKey: string): number {
    return this.#markOf(accountKey).inForce;
  }

  /**
   * By whose word this very text, once in force at the newest second, was replaced or deleted; undefined when it was
   * not. By one's own, nobody may bring it back but the directory; what was replaced by following another account
   * server, that may bring back.
   */
  replacedBy(account: TrustedAccount): Word | undefined {
    return goneBy(this.#markOf(account.accountKey), account);
  }

  /** Notes that `account` came into force in place of `previous`, by this word. */
  entered(account: TrustedAccount, previous: TrustedAccount | undefined, word: Word): void {
    this.#put(account, enter(this.#markOf(account.accountKey), account, previous, word));
  }

  /** Notes that the account was deleted: its last token may not come back by push. */
  left(account: TrustedAccount): void {
    this.#put(account, leave(this.#markOf(account.accountKey), account));
  }

  /**
   * Answers what has to be durable before `account` may come into force: with it the ledger would not let in what is
   * about to be replaced, should this process end at any moment from then on. Call {@link settled} when it has happened
   * or failed.
   */
  foreseeEntry(account: TrustedAccount, previous: TrustedAccount | undefined, word: Word): Pending {
    const mark = this.#markOf(account.accountKey);
    // What is in force will be known only then.
    const { newest, gone } = enter(mark, account, previous, word);
    return this.#foresee(account.accountKey, { newest, inForce: mark.inForce, gone });
  }

  /** As {@link foreseeEntry}, for a deletion. */
  foreseeLeaving(account: TrustedAccount): Pending {
    return this.#foresee(account.accountKey, leave(this.#markOf(account.accountKey), account));
  }

  /** What was foreseen for this account has happened, or has failed. */
  settled(accountKey: string): void {
    if (this.#foreseen.delete(accountKey)) this.ledger.note(accountKey);
  }

  /** Takes in what an earlier process noted; answers false when it is not to be understood. */
  recall(accountKey: string, text: string): boolean {
    const mark = readMark(text);
    if (mark === undefined) return false;
    this.#keep(accountKey, this.#marks.has(accountKey) ? join(this.#markOf(accountKey), mark) : mark);
    return true;
  }

  /** What the ledger keeps of an account; of one that was foreseen and never came, that nothing is known. */
  value(accountKey: string): string {
    const mark = this.#markOf(accountKey);
    const foreseen = this.#foreseen.get(accountKey);
    return writeMark(foreseen === undefined ? mark : { ...join(mark, foreseen), inForce: mark.inForce });
  }

  /** All accounts that something is known of. */
  *keys(): Iterable<string> {
    yield* this.#marks.keys();
    for (const accountKey of this.#foreseen.keys()) if (!this.#marks.has(accountKey)) yield accountKey;
  }

  #markOf(accountKey: string): Mark {
    const kept = this.#marks.get(accountKey) ?? UNKNOWN;
    return typeof kept === 'number' ? plainMark(kept) : kept;
  }

  #put({ accountKey }: TrustedAccount, mark: Mark): void {
    if (this.#marks.has(accountKey) && isSame(this.#markOf(accountKey), mark)) return;
    this.#keep(accountKey, mark);
    this.ledger.note(accountKey);
  }

  #keep(accountKey: string, mark: Mark): void {
    this.#marks.set(accountKey, isSame(mark, plainMark(mark.newest)) ? mark.newest : mark);
  }

  #foresee(accountKey: string, mark: Mark): Pending {
    const { newest, gone } = this.#markOf(accountKey);
    if (mark.newest !== newest || mark.gone !== gone) {
      this.#foreseen.set(accountKey, mark);
      this.ledger.note(accountKey);
    }
    return this.ledger.pending?.(accountKey) ?? this.ledger;
  }
}
