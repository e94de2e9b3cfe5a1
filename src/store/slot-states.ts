import { crc32 } from 'node:zlib';
import type { SlotVerdict } from '../accounts/ports.js';
import type { FileReading } from './file-reading.js';
import type { Finding } from './place-reader.js';
import type { Reports } from './reports.js';
import { SlotTable } from './slot-table.js';
import type { Stamp } from './stamp.js';

/** What the listener was last told of a slot. */
export interface SlotState {
  /** 0 while the slot is unreadable. */
  readonly stamp: Stamp;
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
  /** Something else is known of the slot than before, told or not. */
  readonly renewed: boolean;
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

/** Hears which rows slots have, and what was last read of each. */
export interface RowFollower {
  /** @param bytes undefined while the slot is unreadable */
  rowWritten(row: number, slot: string, bytes: Buffer | undefined): void;
  /** The row may be another slot's from now on. */
  rowFreed(row: number): void;
}

type FileContent = Extract<FileReading, { kind: 'file' }>;

const SAME: Seen = { present: true, changed: false, renewed: false };
const RENEWED: Seen = { present: true, changed: false, renewed: true };
const NEWS: Seen = { present: true, changed: true, renewed: true };
const ABSENT: Seen = { present: false, changed: false, renewed: false };

/** A verdict's number, with {@link FRESH}, is the mark of a slot in the table. */
const VERDICTS = [
  'accepted',
  'unchanged',
  'refused',
  'unsettled',
  'withheld',
  'unreadable',
  'deferred',
] as const;
const FRESH = 0x80;

/** Remembers what the listener knows of each slot, and tells it what is news: no text, no path. */
export class SlotStates {
  readonly #table = new SlotTable();
  /** By row, while it is fresh: tells apart two contents that share a stamp. */
  readonly #checksums = new Map<number, number>();
  /** By row, while it is unreadable. */
  readonly #problems = new Map<number, string>();
  #forgotten = 0;
  #follower: RowFollower | undefined;

  constructor(private readonly reports: Reports) {}

  /** Has somebody hear of all rows from now on. */
  follow(follower: RowFollower): void {
    this.#follower = follower;
  }

  /** How many slots are there, readable or not. */
  get size(): number {
    return this.#table.size;
  }

  /** How many slots were forgotten since the beginning. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get(slot: string): SlotState | undefined {
    const row = this.#table.rowOf(slot);
    if (row === undefined) return undefined;
    const mark = this.#table.markAt(row);
    return {
      stamp: this.#table.stampAt(row),
      fresh: (mark & FRESH) !== 0,
      verdict: VERDICTS[mark & ~FRESH] ?? 'unreadable',
      problem: this.#problems.get(row),
    };
  }

  has(slot: string): boolean {
    return this.#table.rowOf(slot) !== undefined;
  }

  /** The string that is kept as this slot's name; the given one when the slot is not known. */
  nameOf(slot: string): string {
    const row = this.#table.rowOf(slot);
    return row === undefined ? slot : this.#table.nameAt(row);
  }

  slots(): Iterable<string> {
    return this.#table.slots();
  }

  forget(slot: string): void {
    const row = this.#table.remove(slot);
    if (row === undefined) return;
    this.#forgotten++;
    this.#checksums.delete(row);
    this.#problems.delete(row);
    this.#follower?.rowFreed(row);
  }

  /** Where a slot's state is kept until any slot is {@link forgotten}; undefined when the slot is not known. */
  rowOf(slot: string): number | undefined {
    return this.#table.rowOf(slot);
  }

  /** All rows have numbers below this. */
  get rows(): number {
    return this.#table.rows;
  }

  /** The slot whose state is kept there; empty when none is. */
  nameAt(row: number): string {
    return this.#table.nameAt(row);
  }

  /** The stamp that tells whether a slot's file was touched; undefined when none can tell. */
  stampOf(slot: string): Stamp | undefined {
    const row = this.#table.rowOf(slot);
    return row === undefined ? undefined : this.stampAt(row);
  }

  /** As {@link stampOf}. */
  stampAt(row: number): Stamp | undefined {
    if (this.#table.markAt(row) >= FRESH) return undefined;
    return this.#table.stampAt(row) || undefined;
  }

  /** What was last read of a slot; its stamp alone tells it when there is no checksum. Undefined while unreadable. */
  contentOf(slot: string): { readonly stamp: Stamp; readonly checksum: number | undefined } | undefined {
    const row = this.#table.rowOf(slot);
    if (row === undefined) return undefined;
    const stamp = this.#table.stampAt(row);
    return stamp === 0 ? undefined : { stamp, checksum: this.#checksums.get(row) };
  }

  /** Whether the slot's content may still be on its way. */
  isUnsettled(slot: string): boolean {
    const verdict = this.get(slot)?.verdict;
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
    const { bytes, modifiedAtMs } = reading;
    const same = this.#isSame(slot, reading);
    const settled = last && same && this.isUnsettled(slot);
    if (same && !force && !settled) return this.#takeSame(slot, reading);
    // nsc empties a file before it writes: that is no content to complain about, unless it stays so.
    if (bytes.length === 0 && !force && !settled) {
      this.#write(slot, reading, 'withheld');
      return RENEWED;
    }
    const { expectedName, expectedKey } = place ?? {};
    const promises = {
      ...(expectedName !== undefined && { expectedName }),
      ...(expectedKey !== undefined && { expectedKey }),
      ...(settled && { settled }),
    };
    const verdict = this.reports.slotRead({ slot, bytes, modifiedAtMs, ...promises });
    // What is settled is not looked at again before it changes, whatever the listener makes of it.
    this.#write(slot, reading, settled && verdict === 'unsettled' ? 'refused' : verdict);
    return NEWS;
  }

  #isSame(slot: string, { stamp, bytes }: FileContent): boolean {
    const row = this.#table.rowOf(slot);
    if (row === undefined || this.#table.stampAt(row) !== stamp) return false;
    const checksum = this.#checksums.get(row);
    return checksum === undefined || checksum === crc32(bytes);
  }

  /** In time what was fresh is not. */
  #takeSame(slot: string, reading: FileContent): Seen {
    const known = this.get(slot);
    if (known === undefined || known.fresh === reading.fresh) return SAME;
    this.#write(slot, reading, known.verdict);
    return RENEWED;
  }

  #write(slot: string, { stamp, fresh, bytes }: FileContent, verdict: SlotState['verdict']): void {
    const row = this.#table.write(slot, stamp, VERDICTS.indexOf(verdict) | (fresh ? FRESH : 0));
    this.#problems.delete(row);
    if (fresh) this.#checksums.set(row, crc32(bytes));
    else this.#checksums.delete(row);
    this.#follower?.rowWritten(row, slot, bytes);
  }

  #takeProblem(slot: string, problem: string, force: boolean): Seen {
    const row = this.#table.rowOf(slot);
    if (!force && row !== undefined && this.#problems.get(row) === problem) return SAME;
    const written = this.#table.write(slot, 0, VERDICTS.indexOf('unreadable'));
    this.#checksums.delete(written);
    this.#problems.set(written, problem);
    this.#follower?.rowWritten(written, slot, undefined);
    this.reports.slotUnreadable(slot, problem);
    return NEWS;
  }
}
