import { setTimeout as delay } from 'node:timers/promises';
import type { Layout, Listing } from './layout.js';
import { forEachLimited, READING_LANES } from './limited.js';
import type { Reports } from './reports.js';
import type { SlotReader } from './slot-reader.js';

/** Long enough for what replaces a file or directory by removing it first (a checkout, `rm` and `cp`). */
const QUIET_MS = 150;
/** Deletions are reported after this time even if more of them follow slowly... */
const PATIENCE_MS = 1000;
/** ...but not while they come as fast as no administrator deletes: somebody is removing the whole directory. */
const STAMPEDE = 50;

/** What removals need of their surroundings. */
export interface RemovalsNeeds {
  readonly layout: Layout;
  readonly reports: Reports;
  readonly reader: SlotReader;
  /** The store cannot be listed: somebody else has to find out more. */
  readonly unlisted: () => void;
  /** A slot is gone for good. */
  readonly gone: (slot: string) => void;
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
    const listing = await this.#waitUntilQuiet();
    if (listing === undefined || reports.ended || reports.outage !== undefined) {
      this.#suspects.clear();
      if (listing === undefined && !reports.ended) unlisted();
      return;
    }
    for (const slot of this.#unlisted(listing)) this.#suspects.add(slot);
    await forEachLimited(listing.places.values(), READING_LANES, async (place) => {
      if (!reader.states.has(place.slot)) await reader.look(place.slot, { place });
    });
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
    const { reports, reader, gone } = this.needs;
    if (!reader.states.has(slot)) return;
    reader.forget(slot);
    gone(slot);
    reports.slotGone(slot);
  }

  /** Waits while slots keep vanishing; answers the last listing, or undefined when there is none to be had. */
  async #waitUntilQuiet(): Promise<Listing | undefined> {
    const startedAt = performance.now();
    for (let missing = this.#suspects.size; ; ) {
      await delay(QUIET_MS);
      const listing = await this.needs.layout.list();
      if (!listing.ok || listing.gap !== undefined) return undefined;
      const now = new Set([...this.#suspects, ...this.#unlisted(listing)]).size;
      const more = now - missing;
      const patient = performance.now() - startedAt < PATIENCE_MS;
      if (more <= 0 || (!patient && more < STAMPEDE) || this.needs.reports.ended) return listing;
      missing = now;
    }
  }

  *#unlisted(listing: Listing): Iterable<string> {
    for (const slot of this.needs.reader.states.slots()) if (!listing.places.has(slot)) yield slot;
  }
}
