import { crc32 } from 'node:zlib';
import type { SlotVerdict } from '../accounts/ports.js';
import type { FileReading } from './file-reading.js';
import type { Finding } from './place-reader.js';
import type { Reports } from './reports.js';
import type { Stamp } from './stamp.js';

/**
 * What the listener was last told of a slot. A directory of 100,000 accounts keeps one of these for each: no text, no
 * path.
 */
export interface SlotState {
  /** 0 while the slot is unreadable. */
  readonly stamp: Stamp;
  /** Tells apart two contents that share a stamp. */
  readonly checksum: number;
  /** Another content may come to have the same stamp: an equal one proves nothing. */
  readonly fresh: boolean;
  /** `withheld`: an empty file that was not reported yet. */
  readonly verdict: SlotVerdict | 'withheld' | 'unreadable';
  readonly problem: string | undefined;
}

/** What a look at a slot has shown. */
export interface Seen {
  readonly present: boolean;
  /** The listener was told something new. */
  readonly changed: boolean;
  /** Why nothing could be learned, when this process or machine is short of something. */
  readonly shortage?: string;
}

/** What is reported although it is no news. */
export interface Insistence {
  /** Whatever is there. */
  readonly force?: boolean;
  /** What is still unsettled: it counts as settled from now on. */
  readonly last?: boolean;
}

type FileContent = Extract<FileReading, { kind: 'file' }>;

const SAME: Seen = { present: true, changed: false };
const NEWS: Seen = { present: true, changed: true };
const ABSENT: Seen = { present: false, changed: false };

/** Remembers what the listener knows of each slot, and tells it what is news. */
export class SlotStates {
  readonly #states = new Map<string, SlotState>();

  constructor(private readonly reports: Reports) {}

  /** How many slots are there, readable or not. */
  get size(): number {
    return this.#states.size;
  }

  get(slot: string): SlotState | undefined {
    return this.#states.get(slot);
  }

  has(slot: string): boolean {
    return this.#states.has(slot);
  }

  slots(): Iterable<string> {
    return this.#states.keys();
  }

  forget(slot: string): void {
    this.#states.delete(slot);
  }

  /** The stamp that tells whether a slot's file was touched; undefined when none can tell. */
  stampOf(slot: string): Stamp | undefined {
    const state = this.#states.get(slot);
    return state === undefined || state.fresh || state.stamp === 0 ? undefined : state.stamp;
  }

  /** Whether the slot's content may still be on its way. */
  isUnsettled(slot: string): boolean {
    const verdict = this.#states.get(slot)?.verdict;
    return verdict === 'unsettled' || verdict === 'withheld';
  }

  /** Takes a finding in. */
  take(slot: string, { reading, place }: Finding, insistence: Insistence = {}): Seen {
    const { force = false } = insistence;
    switch (reading.kind) {
      case 'untouched':
        return SAME;
      case 'absent':
        return ABSENT;
      case 'shortage':
        return { ...SAME, shortage: reading.problem };
      case 'file':
        return this.#takeContent(slot, reading, place, insistence);
      case 'link':
        return this.#takeProblem(slot, 'is a link that leads to another link; it is not followed', force);
      case 'unreadable':
        return this.#takeProblem(slot, reading.problem, force);
    }
  }

  #takeContent(
    slot: string,
    reading: FileContent,
    place: Finding['place'],
    { force = false, last = false }: Insistence,
  ): Seen {
    const { stamp, fresh, bytes, modifiedAtMs } = reading;
    const known = this.#states.get(slot);
    const checksum = crc32(bytes);
    const state = { stamp, fresh, checksum, problem: undefined };
    const same = known?.stamp === stamp && known.checksum === checksum;
    const settled = last && same && this.isUnsettled(slot);
    if (same && !force && !settled) {
      if (known.fresh !== fresh) this.#states.set(slot, { ...known, fresh });
      return SAME;
    }
    // nsc empties a file before it writes: that is no content to complain about, unless it stays so.
    if (bytes.length === 0 && !force && !settled) {
      this.#states.set(slot, { ...state, verdict: 'withheld' });
      return SAME;
    }
    const { expectedName, expectedKey } = place ?? {};
    const promises = {
      ...(expectedName !== undefined && { expectedName }),
      ...(expectedKey !== undefined && { expectedKey }),
      ...(settled && { settled }),
    };
    const verdict = this.reports.slotRead({ slot, bytes, modifiedAtMs, ...promises });
    // What is settled is not looked at again before it changes, whatever the listener makes of it.
    this.#states.set(slot, { ...state, verdict: settled && verdict === 'unsettled' ? 'refused' : verdict });
    return NEWS;
  }

  #takeProblem(slot: string, problem: string, force: boolean): Seen {
    const known = this.#states.get(slot);
    if (!force && known?.problem === problem) return SAME;
    this.#states.set(slot, { stamp: 0, checksum: 0, fresh: false, verdict: 'unreadable', problem });
    this.reports.slotUnreadable(slot, problem);
    return NEWS;
  }
}
