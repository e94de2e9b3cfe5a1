import { glanceSubject } from '../claims/subject-glance.js';
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
  /** Nearly every account stands in one slot. */
  readonly #slotsOf = new Map<string, string | readonly string[]>();

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
    const others = this.slotsOf(accountKey);
    this.#slotsOf.set(accountKey, others.length === 0 ? slot : [...others, slot]);
    return true;
  }

  /** Takes out what waits in a slot. */
  take(slot: string): SlotText | undefined {
    const unjudged = this.#bySlot.get(slot);
    if (unjudged === undefined) return undefined;
    const { found, accountKey } = unjudged;
    this.#bySlot.delete(slot);
    const left = this.slotsOf(accountKey).filter((other) => other !== slot);
    if (left.length === 0) this.#slotsOf.delete(accountKey);
    else this.#slotsOf.set(accountKey, left);
    return found;
  }

  /** The slots in which a token about this account waits. */
  slotsOf(accountKey: string): readonly string[] {
    const slots = this.#slotsOf.get(accountKey) ?? [];
    return typeof slots === 'string' ? [slots] : slots;
  }

  /** All slots in which something waits; those that are taken out meanwhile are passed over. */
  slots(): IterableIterator<string> {
    return this.#bySlot.keys();
  }
}
