import { glanceSubject } from '../claims/subject-glance.js';
import type { SlotReading } from './ports.js';

/** A reading whose token was only glanced at: not verified, not trusted, not served. */
export interface Unjudged extends Omit<SlotReading, 'bytes'> {
  readonly text: string;
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
  readonly #slotsOf = new Map<string, string | string[]>();

  /** How many readings wait. */
  get size(): number {
    return this.#bySlot.size;
  }

  /** Keeps a reading for later; answers false when it has to be judged now, since no glance tells whom it is about. */
  keep({ bytes, ...reading }: SlotReading): boolean {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const accountKey = glanceSubject(text);
    if (accountKey === undefined) return false;
    this.#bySlot.set(reading.slot, { ...reading, text, accountKey });
    const others = this.#slotsOf.get(accountKey);
    this.#slotsOf.set(accountKey, others === undefined ? reading.slot : [others, reading.slot].flat());
    return true;
  }

  /** Takes out what waits in a slot. */
  take(slot: string): Unjudged | undefined {
    const reading = this.#bySlot.get(slot);
    if (reading === undefined) return undefined;
    this.#bySlot.delete(slot);
    const left = this.slotsOf(reading.accountKey).filter((other) => other !== slot);
    if (left.length === 0) this.#slotsOf.delete(reading.accountKey);
    else this.#slotsOf.set(reading.accountKey, left);
    return reading;
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
