import { KeptText } from '../claims/kept-account.js';
import { glanceSubject } from '../claims/subject-glance.js';
import type { SlotReading } from './ports.js';
import { type SlotText, textOf } from './slot-text.js';
import type { Slots } from './slots.js';
import { TokenShelf } from './token-shelf.js';

/**
 * What was read and not judged yet. Judging a token costs a hundred times of what a glance costs, so that a start with
 * 100,000 accounts only sorts them by the account that they are about; each is judged when it is asked for, or when its
 * turn comes. All that is kept for it becomes the account when it is trusted, so that hardly any garbage is left.
 */
export class Backlog {
  readonly #shelf = new TokenShelf();
  #size = 0;

  /** @param slots in which texts wait */
  constructor(private readonly slots: Slots) {}

  /** How many readings wait. */
  get size(): number {
    return this.#size;
  }

  /** Keeps a reading for later; answers false when it has to be judged now, since it is odd or nothing tells whose it is. */
  keep({ slot: name, bytes, modifiedAtMs, expectedName, expectedKey }: SlotReading): boolean {
    const accountKey = glanceSubject(textOf(bytes));
    if (accountKey === undefined || accountKey !== (expectedKey ?? accountKey)) return false;
    const slot = this.slots.open(name);
    if (slot.account !== undefined || slot.waiting !== undefined) return false;
    slot.modifiedAtMs = modifiedAtMs;
    slot.expectedName = expectedName;
    this.slots.wait(slot, new KeptText(accountKey, this.#shelf.keep(bytes)));
    this.#size++;
    return true;
  }

  /**
   * Has what waits in a slot judged, if anything does.
   * @param judge is to fill the slot if the text is good
   */
  judge(name: string, judge: (found: SlotText) => void): void {
    const slot = this.slots.get(name);
    const kept = slot?.waiting;
    if (slot === undefined || kept === undefined) return;
    slot.waiting = undefined;
    this.#size--;
    const { accountKey: expectedKey, text } = kept;
    const { modifiedAtMs, expectedName } = slot;
    // Whom it is about was compared already. Should the glance have erred, it is nobody's.
    const facts = { slot: name, text, kept, modifiedAtMs, expectedKey };
    judge(expectedName === undefined ? facts : { ...facts, expectedName });
    this.slots.waited(slot, expectedKey);
  }

  /** The slots in which a token about this account waits. */
  slotsOf(accountKey: string): readonly string[] {
    return this.slots.waitingFor(accountKey).map(({ name }) => name);
  }

  /** All slots in which something waits; those that are judged meanwhile are passed over. */
  *slotNames(): Iterable<string> {
    if (this.#size === 0) return;
    for (const { waiting, name } of this.slots.values()) if (waiting !== undefined) yield name;
  }
}
