import { isUntouched } from './file-reading.js';
import type { Layout } from './layout.js';
import { LookAgain } from './look-again.js';
import { PlaceReader } from './place-reader.js';
import type { Place } from './places.js';
import type { Reports } from './reports.js';
import { type Seen, SlotStates } from './slot-states.js';

/** How to look. */
export interface LookChoices {
  /** Where the slot is, if a listing has just shown it. */
  readonly place?: Place;
  /** Report what is there whether it is news or not. */
  readonly force?: boolean;
  /** What was unsettled has had its time: if it is still the same, report it as settled. */
  readonly last?: boolean;
}

/** What others do when slots come and go. */
export interface Presence {
  /** A slot that was there is not. */
  missing(slot: string): void;
  /** A slot is there. */
  present(slot: string): void;
}

interface Look {
  done: Promise<Seen>;
  /** Somebody asked for this slot while the look was under way: it may have changed since it was read. */
  again: boolean;
  force: boolean;
  last: boolean;
  /** A save ended since the look began: what it read may be from before. */
  stale: boolean;
}

/**
 * Looks at single slots and reports what is news. Looks at one slot never overlap, so reports come in the order of what
 * was read; and while a save holds a slot nothing of it is reported.
 */
export class SlotReader {
  readonly states: SlotStates;
  readonly #places: PlaceReader;
  readonly #looks = new Map<string, Look>();
  /** Slots that a save holds, with the promise of its end. */
  readonly #holds = new Map<string, Promise<void>>();
  readonly #lookAgain = new LookAgain((slot, last) => this.#settle(slot, last));

  constructor(
    layout: Layout,
    reports: Reports,
    private readonly presence: Presence,
  ) {
    this.states = new SlotStates(reports);
    this.#places = new PlaceReader(layout);
  }

  /** Looks now, or once more after the look that is under way. Never rejects. */
  look(slot: string, choices: LookChoices = {}): Promise<Seen> {
    const { force = false, last = false } = choices;
    const underWay = this.#looks.get(slot);
    if (underWay !== undefined) {
      underWay.again = true;
      underWay.force ||= force;
      underWay.last ||= last;
      return underWay.done;
    }
    const look = { again: false, force, last, stale: false };
    const done = this.#run(slot, look, choices.place).finally(() => this.#looks.delete(slot));
    this.#looks.set(slot, Object.assign(look, { done }));
    return done;
  }

  /** Whether a slot is certainly as it was last reported; false when a look has to tell. */
  isUntouched({ slot, path, problem }: Place): Promise<boolean> {
    const stamp = this.states.stampOf(slot);
    return stamp === undefined || problem !== undefined ? Promise.resolve(false) : isUntouched(path, stamp);
  }

  /** Keeps reports about a slot back until the answered function is called; what was read before then does not count. */
  hold(slot: string): () => void {
    let end = (): void => {};
    this.#holds.set(
      slot,
      new Promise<void>((resolve) => {
        end = resolve;
      }),
    );
    return () => {
      this.#holds.delete(slot);
      const look = this.#looks.get(slot);
      if (look !== undefined) look.stale = true;
      end();
    };
  }

  /** Forgets a slot that is gone for good. */
  forget(slot: string): void {
    this.states.forget(slot);
    this.#lookAgain.settled(slot);
  }

  close(): void {
    this.#lookAgain.close();
  }

  async #run(slot: string, look: Omit<Look, 'done'>, place: Place | undefined): Promise<Seen> {
    let changed = false;
    for (let at = place; ; at = undefined) {
      await this.#holds.get(slot);
      const { force, last } = look;
      look.again = look.stale = look.force = look.last = false;
      const stamp = force || last ? undefined : this.states.stampOf(slot);
      const finding = await this.#places.read(slot, at, stamp);
      if (look.stale || this.#holds.has(slot)) {
        look.force ||= force;
        look.last ||= last;
        continue;
      }
      const before = this.states.get(slot);
      const seen = this.states.take(slot, finding, { force, last });
      this.#follow(slot, seen, this.states.get(slot) !== before);
      changed ||= seen.changed;
      if (!look.again) return { ...seen, changed };
    }
  }

  #follow(slot: string, seen: Seen, renewed: boolean): void {
    if (seen.shortage !== undefined) return;
    if (seen.present) this.presence.present(slot);
    else if (this.states.has(slot)) this.presence.missing(slot);
    if (renewed && this.states.isUnsettled(slot)) this.#lookAgain.unsettled(slot);
  }

  /** One of the later looks at something unsettled. */
  async #settle(slot: string, last: boolean): Promise<boolean> {
    await this.look(slot, { last });
    return this.states.isUnsettled(slot);
  }
}
