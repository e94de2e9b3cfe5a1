import { glanceSubject } from '../claims/subject-glance.js';
import { FewByKey } from './few-by-key.js';
import type { SlotText } from './slot-text.js';

/** A text that was only glanced at: not verified, not trusted, not served. */
interface Unjudged {
  readonly found: SlotText;
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
  readonly #slotsOf = new FewByKey<string>();

  /** How many readings wait. */
  get size(): number {
    return this.#bySlot.size;
  }

  /** Keeps a reading for later; answers false when it has to be judged now, since no glance tells whom it is about. */
  keep(found: SlotText): boolean {
    const { slot, text } = found;
    const accountKey = glanceSubject(text);
    if (accountKey === undefined) return false;
    this.#bySlot.set(slot, { found, accountKey });
    this.#slotsOf.add(accountKey, slot);
    return true;
  }

  /** Takes out what waits in a slot. */
  take(slot: string): SlotText | undefined {
    const unjudged = this.#bySlot.get(slot);
    if (unjudged === undefined) return undefined;
    const { found, accountKey } = unjudged;
    this.#bySlot.delete(slot);
    this.#slotsOf.remove(accountKey, slot);
    return found;
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
