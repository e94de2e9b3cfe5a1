import { type TextPlace, textAt } from '../claims/kept-account.js';
import { glanceSubject } from '../claims/subject-glance.js';
import { FewByKey } from './few-by-key.js';
import type { SlotReading } from './ports.js';
import { type SlotText, textOf } from './slot-text.js';
import { TokenShelf } from './token-shelf.js';

/** A text that was only glanced at: not verified, not trusted, not served. */
interface Unjudged {
  readonly place: TextPlace;
  readonly modifiedAtMs: number;
  readonly expectedName: string | undefined;
  readonly expectedKey: string | undefined;
  /** The account that the token says it is about. */
  readonly accountKey: string;
}

/**
 * What was read and not judged yet. Judging a token costs a hundred times of what a glance costs, so that a start with
 * 100,000 accounts only sorts them by the account that they are about; each is judged when it is asked for, or when its
 * turn comes.
 */
export class Backlog {
  readonly #bySlot = new Map<string, Unjudged>();
  readonly #shelf = new TokenShelf();
  readonly #slotsOf = new FewByKey<string>();

  /** How many readings wait. */
  get size(): number {
    return this.#bySlot.size;
  }

  /** Keeps a reading for later; answers false when it has to be judged now, since no glance tells whom it is about. */
  keep({ slot, bytes, modifiedAtMs, expectedName, expectedKey }: SlotReading): boolean {
    const accountKey = glanceSubject(textOf(bytes));
    if (accountKey === undefined) return false;
    const place = this.#shelf.keep(bytes);
    this.#bySlot.set(slot, { place, modifiedAtMs, expectedName, expectedKey, accountKey });
    this.#slotsOf.add(accountKey, slot);
    return true;
  }

  /** Takes out what waits in a slot. */
  take(slot: string): SlotText | undefined {
    const unjudged = this.#bySlot.get(slot);
    if (unjudged === undefined) return undefined;
    this.#bySlot.delete(slot);
    this.#slotsOf.remove(unjudged.accountKey, slot);
    return foundIn(slot, unjudged);
  }

  /** The slots in which a token about this account waits. */
  slotsOf(accountKey: string): readonly string[] {
    return this.#slotsOf.of(accountKey);
  }

  /** All slots in which something waits; those that are taken out meanwhile are passed over. */
  slots(): IterableIterator<string> {
    return this.#bySlot.keys();
  }
}

function foundIn(slot: string, { place, modifiedAtMs, expectedName, expectedKey }: Unjudged): SlotText {
  return {
    slot,
    text: textAt(place),
    place,
    modifiedAtMs,
    ...(expectedName !== undefined && { expectedName }),
    ...(expectedKey !== undefined && { expectedKey }),
  };
}
