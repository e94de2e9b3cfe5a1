import { isUntouched } from './file-reading.js';
import type { Layout } from './layout.js';
import { LookAgain } from './look-again.js';
import { type Finding, PlaceReader } from './place-reader.js';
import type { Place } from './places.js';
import type { Reports } from './reports.js';
import { Echoes } from './saving/echoes.js';
import { type Insistence, type Seen, SlotStates } from './slot-states.js';
import type { FileThread } from './thread/file-thread.js';
import { TogetherReader } from './together.js';
import { Turns } from './turns.js';

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
  /** Events that saves cause. */
  readonly echoes = new Echoes();
  readonly #places: PlaceReader;
  readonly #looks = new Map<string, Look>();
  /** Slots that a save holds, with the promise of its end. */
  readonly #holds = new Map<string, Promise<void>>();
  readonly #lookAgain = new LookAgain((slot, last) => this.#settle(slot, last));
  /** While a reading of everything is under way: slots of which something else may be known than it has read. */
  #disturbed: Set<string> | undefined;

  /**
   * @param turns in which what was read is reported, so that many readings at once hold up nobody
   * @param thread reads the files of slots that come in crowds
   */
  constructor(
    layout: Layout,
    reports: Reports,
    private readonly presence: Presence,
    private readonly turns = new Turns(),
    thread?: FileThread,
  ) {
    this.states = new SlotStates(reports);
    this.#places = new PlaceReader(layout, thread && new TogetherReader(thread));
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
    this.#disturbed?.add(slot);
    const look = { again: false, force, last, stale: false };
    const done = this.#run(slot, look, choices.place);
    this.#looks.set(slot, Object.assign(look, { done }));
    return done;
  }

  /** Whether a slot is certainly as it was last reported; false when a look has to tell. */
  isUntouched({ slot, path, problem }: Place): Promise<boolean> {
    const stamp = this.states.stampOf(slot);
    return stamp === undefined || problem !== undefined ? Promise.resolve(false) : isUntouched(path, stamp);
  }

  /**
   * Keeps reports about a slot back until the answered function is called; what was read before then does not count. If
   * the holder has read the slot itself, what it found is reported.
   */
  hold(slot: string): (found?: Finding) => void {
    this.#disturbed?.add(slot);
    let end = (): void => {};
    this.#holds.set(
      slot,
      new Promise<void>((resolve) => {
        end = resolve;
      }),
    );
    return (found) => {
      this.#holds.delete(slot);
      const look = this.#looks.get(slot);
      if (look !== undefined) look.stale = true;
      if (found !== undefined) this.#take(slot, found, { force: true });
      end();
    };
  }

  /**
   * A reading of everything begins: what it finds is handed to {@link takeRead}, until the answered function is called.
   * There is one at a time.
   */
  beginReadingAll(): () => void {
    this.#disturbed = new Set([...this.#looks.keys(), ...this.#holds.keys()]);
    return () => {
      this.#disturbed = undefined;
    };
  }

  /**
   * Takes in what a reading of everything has found in a slot. Undefined when it does not count, since the slot was
   * looked at, held or forgotten while it was under way: then a look has to tell.
   */
  takeRead(slot: string, finding: Finding, insistence: Insistence): Seen | undefined {
    if (this.#disturbed === undefined || this.#disturbed.has(slot)) return undefined;
    return this.#take(slot, finding, insistence);
  }

  /** Forgets a slot that is gone for good. */
  forget(slot: string): void {
    this.#disturbed?.add(slot);
    this.states.forget(slot);
    this.#lookAgain.settled(slot);
  }

  close(): void {
    this.#lookAgain.close();
  }

  async #run(slot: string, look: Omit<Look, 'done'>, place: Place | undefined): Promise<Seen> {
    try {
      let changed = false;
      for (let at = place; ; at = undefined) {
        const seen = await this.#lookOnce(slot, look, at);
        changed ||= seen?.changed ?? false;
        if (seen !== undefined && !look.again) return { ...seen, changed };
      }
    } finally {
      // In one go with the last glance at `again`: who asks from now on needs a look of their own.
      this.#looks.delete(slot);
    }
  }

  /** Undefined when what was read does not count, because of a save. */
  async #lookOnce(
    slot: string,
    look: Omit<Look, 'done'>,
    place: Place | undefined,
  ): Promise<Seen | undefined> {
    await this.#holds.get(slot);
    const { force, last } = look;
    look.again = look.stale = look.force = look.last = false;
    const stamp = force || last ? undefined : this.states.stampOf(slot);
    const finding = await this.#places.read(slot, place, stamp);
    const turn = this.turns.next();
    if (turn !== undefined) await turn;
    if (!look.stale && !this.#holds.has(slot)) return this.#take(slot, finding, { force, last });
    look.force ||= force;
    look.last ||= last;
    return undefined;
  }

  #take(slot: string, finding: Finding, insistence: Insistence): Seen {
    const seen = this.states.take(slot, finding, insistence);
    if (seen.shortage !== undefined) return seen;
    if (seen.present) this.presence.present(slot);
    else if (this.states.has(slot)) this.presence.missing(slot);
    if (seen.renewed && this.states.isUnsettled(slot)) this.#lookAgain.unsettled(slot);
    return seen;
  }

  /** One of the later looks at something unsettled. */
  async #settle(slot: string, last: boolean): Promise<boolean> {
    await this.look(slot, { last });
    return this.states.isUnsettled(slot);
  }
}
