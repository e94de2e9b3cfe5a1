import { setTimeout as delay } from 'node:timers/promises';
import { type Difference, differenceOf } from './difference.js';
import type { Layout } from './layout.js';
import { forEachLimited, READING_LANES } from './limited.js';
import type { Reports } from './reports.js';
import type { SlotReader } from './slot-reader.js';
import type { Turns } from './turns.js';

/** Long enough for what replaces a file or directory by removing it first (a checkout, `rm` and `cp`). */
const QUIET_MS = 150;
/** Deletions are reported after this time even if more of them follow slowly... */
const PATIENCE_MS = 1000;
/** ...but not while they come as fast as no administrator deletes: somebody is removing the whole directory. */
const STAMPEDE = 50;

/** So few files are looked at once more before everything is listed for them; one may be gone, the others only replaced. */
const FEW = 256;
const ALL_BACK = 'all back';

/** What removals need of their surroundings. */
export interface RemovalsNeeds {
  readonly layout: Layout;
  readonly reports: Reports;
  readonly reader: SlotReader;
  readonly turns: Turns;
  /** The store cannot be listed: somebody else has to find out more. */
  readonly unlisted: () => void;
}

/**
 * Makes sure that a slot is gone before it is reported: a second look, after things are quiet, and after everything new
 * was reported (a renamed account is then served from its new slot). When all slots vanished at one blow it is the
 * store that failed, not the accounts that were deleted.
 */
export class Removals {
  readonly #suspects = new Set<string>();
  #busy = false;

  constructor(private readonly needs: RemovalsNeeds) {}

  /** A look found nothing where a slot was. */
  suspect(slot: string): void {
    // During an outage everything is missing; the sweep after it will tell.
    if (this.needs.reports.outage !== undefined || this.needs.reports.ended) return;
    this.#suspects.add(slot);
    if (!this.#busy) void this.#settle();
  }

  /** The slot is there after all. */
  clear(slot: string): void {
    this.#suspects.delete(slot);
  }

  async #settle(): Promise<void> {
    this.#busy = true;
    while (this.#suspects.size > 0) await this.#round();
    this.#busy = false;
  }

  async #round(): Promise<void> {
    const { reports, reader, unlisted } = this.needs;
    const found = await this.#waitUntilQuiet();
    if (found === ALL_BACK) return;
    if (found === undefined || reports.ended || reports.outage !== undefined) {
      this.#suspects.clear();
      if (found === undefined && !reports.ended) unlisted();
      return;
    }
    for (const slot of found.unlisted) this.#suspects.add(slot);
    await forEachLimited(found.unknown, READING_LANES, (place) => reader.look(place.slot, { place }));
    await forEachLimited([...this.#suspects], READING_LANES, (slot) => reader.look(slot));
    this.#conclude();
  }

  #conclude(): void {
    const { reports, reader } = this.needs;
    const { size } = reader.states;
    if (size >= 2 && this.#suspects.size === size) {
      reports.storeUnavailable(`all ${size} accounts vanished at one blow`);
    } else {
      for (const slot of this.#suspects) this.#report(slot);
    }
    this.#suspects.clear();
  }

  #report(slot: string): void {
    const { reports, reader } = this.needs;
    if (!reader.states.has(slot)) return;
    reader.forget(slot);
    reports.slotGone(slot);
  }

  /**
   * Looks at the suspects once more. A checkout removes each file before it writes it anew, so that at any moment of it
   * something seems to be gone; a listing of 100,000 accounts for that would keep everybody waiting.
   */
  async #areAllBack(): Promise<boolean> {
    await forEachLimited([...this.#suspects], READING_LANES, (slot) => this.needs.reader.look(slot));
    return this.#suspects.size === 0;
  }

  /**
   * Waits while slots keep vanishing; answers what the last listing shows, or undefined when there is none to be had.
   */
  async #waitUntilQuiet(): Promise<Difference | typeof ALL_BACK | undefined> {
    const { layout, reader, turns, reports } = this.needs;
    const startedAt = performance.now();
    for (let missing = this.#suspects.size; ; ) {
      await delay(QUIET_MS);
      if (this.#suspects.size <= FEW && (await this.#areAllBack())) return ALL_BACK;
      const listing = await layout.list();
      if (!listing.ok || listing.gap !== undefined) return undefined;
      const found = await differenceOf(listing.places, reader.states, turns);
      const now = new Set([...this.#suspects, ...found.unlisted]).size;
      const more = now - missing;
      const patient = performance.now() - startedAt < PATIENCE_MS;
      if (more <= 0 || (!patient && more < STAMPEDE) || reports.ended) return found;
      missing = now;
    }
  }
}
