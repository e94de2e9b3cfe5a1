import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../accounts/ports.js';
import { differenceOf } from './difference.js';
import { describeError } from './file-errors.js';
import type { FolderWatches } from './folder-watches.js';
import { KnownPacks } from './known-packs.js';
import type { Folder, Layout, Listing, Unlisted } from './layout.js';
import type { Removals } from './removals.js';
import type { Reports } from './reports.js';
import type { SlotReader } from './slot-reader.js';
import type { SlotStates } from './slot-states.js';
import type { FileThread } from './thread/file-thread.js';
import type { Turns } from './turns.js';
import { type Tally, WholeLook } from './whole-look.js';

/** A store that fails may just be being replaced: it is looked at a second time before that is told. */
const SECOND_LOOK_MS = 150;
/** While something is wrong the store is looked at this often, if the sweep is slower. */
const TROUBLED_MS = 1000;
/** Events that ask for a sweep come in bursts. */
const BURST_MS = 30;
/** A file system that lets a call hang this long (a network that is gone) has failed, though it returns no error. */
const SILENCE_MS = 10_000;
/** Sweeps of many instances on one file system should not fall together. */
const JITTER = 0.2;
/**
 * Where the system has no more watches, sweeps come sooner, in so many milliseconds for each slot: the looks at one take
 * 6 to 20 µs, so that it is one or two hundredths of a core, however busy the machine is...
 */
const UNWATCHED_MS_PER_SLOT = 1;
/** ...but no change is so urgent that it could not wait for this. */
const UNWATCHED_MS = 1000;

const NONE: ReadonlySet<string> = new Set();

/** What a sweep works with. */
export interface SweeperNeeds {
  readonly layout: Layout;
  readonly reports: Reports;
  readonly reader: SlotReader;
  readonly removals: Removals;
  readonly watches: FolderWatches;
  readonly thread: FileThread;
  readonly turns: Turns;
  readonly log: Log;
  readonly sweepMs: number;
  /** Looks at the operator JWT, before any account; `force` reports it whether it changed or not. */
  readonly operator: (force: boolean) => Promise<void>;
}

/** Looks at everything, from time to time and on demand: what is missed by events is found here. */
export class Sweeper {
  /** Resolves when the first look has ended, be it that nothing could be read. */
  readonly firstEnd: Promise<void>;
  #resolveFirst: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  #force = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** Whose folders were last set to be watched. */
  #watched: Listing | undefined;
  /** Places looked at so far, to tell a slow file system from one that hangs. */
  #progress = 0;

  readonly #packs: KnownPacks;

  constructor(private readonly needs: SweeperNeeds) {
    this.#packs = new KnownPacks(needs.reader.states);
    this.firstEnd = new Promise((resolve) => {
      this.#resolveFirst = resolve;
    });
  }

  /** Sweeps after the sweep that is under way, if there is one. Never rejects. */
  run(force = false): Promise<void> {
    this.#force ||= force;
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = undefined;
      this.#running = this.#guarded();
      return this.#running;
    });
    return this.#waiting;
  }

  /** Sweeps soon; many calls make one sweep. */
  request(): void {
    this.#schedule(BURST_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#resolveFirst();
  }

  async #guarded(): Promise<void> {
    if (this.needs.reports.ended) return;
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
    const force = this.#force;
    this.#force = false;
    const watchdog = this.#watchProgress();
    try {
      await this.#sweep(force);
    } catch (error) {
      this.needs.log.error({ err: error }, 'sweep failed');
      this.#outage(`sweep failed: ${describeError(error)}`);
    } finally {
      clearInterval(watchdog);
    }
  }

  #watchProgress(): NodeJS.Timeout {
    let before = this.#progress;
    return setInterval(() => {
      if (this.#progress === before) {
        this.needs.reports.storeUnavailable(
          `the file system has not answered for ${SILENCE_MS / 1000} seconds`,
        );
      }
      before = this.#progress;
    }, SILENCE_MS);
  }

  async #sweep(force: boolean): Promise<void> {
    const { reports, reader, watches, operator } = this.needs;
    const startedAt = performance.now();
    const listing = await this.#listWatched();
    if (reports.ended) return;
    if (!listing.ok) {
      // From now on only the way to the store is watched.
      this.#watched = undefined;
      await watches.settle(listing.folders);
      return this.#outage(listing.problem);
    }
    const afterOutage = reports.outage !== undefined;
    await operator(force || afterOutage);
    const { forgotten } = reader.states;
    const tally = await this.#lookAtAll(listing, force || afterOutage);
    if (tally.shortage !== undefined) return this.#outage(tally.shortage);
    const allListed = tally.known === reader.states.size && reader.states.forgotten === forgotten;
    const unlisted = allListed ? [] : await this.#unlisted(listing);
    this.#conclude(tally, unlisted, performance.now() - startedAt);
  }

  #lookAtAll({ places }: Listing, force: boolean): Promise<Tally> {
    const look = new WholeLook(
      {
        ...this.needs,
        packs: this.#packs,
        progress: () => {
          this.#progress++;
        },
        // A change that no event told: the watch may be on a directory that is no longer there.
        changed: ({ slot, folder }) => folder !== undefined && this.needs.watches.renew(slot, folder),
      },
      force,
    );
    return look.at(places);
  }

  async #unlisted({ places }: Listing): Promise<readonly string[]> {
    return (await differenceOf(places, this.needs.reader.states, this.needs.turns)).unlisted;
  }

  #conclude(tally: Tally, unlisted: readonly string[], durationMs: number): void {
    const { reports, reader, removals } = this.needs;
    const { outage } = reports;
    const emptied = reader.states.size >= 2 && tally.present === 0;
    if (!emptied) reports.storeAvailable();
    for (const slot of unlisted) removals.suspect(slot);
    reports.swept({ slots: tally.present, changed: tally.changed, durationMs });
    this.#resolveFirst();
    if (reports.outage !== undefined) this.#schedule(Math.min(this.needs.sweepMs, TROUBLED_MS));
    // After an outage once more: what is missing did not count as missing while it lasted.
    else this.#schedule(outage === undefined ? jittered(this.#pause) : BURST_MS);
  }

  /** Others may use up the watches of a whole machine: then no event tells of changes, however few accounts there are. */
  get #pause(): number {
    const { watches, reader, sweepMs } = this.needs;
    if (watches.unwatched === 0) return sweepMs;
    return Math.min(sweepMs, Math.max(UNWATCHED_MS, reader.states.size * UNWATCHED_MS_PER_SLOT));
  }

  #outage(problem: string): void {
    this.needs.reports.storeUnavailable(problem);
    this.#resolveFirst();
    this.#schedule(Math.min(this.needs.sweepMs, TROUBLED_MS));
  }

  /** What comes into a folder between its listing and its first watch nobody tells: such a folder is listed once more. */
  async #listWatched(): Promise<Listing | Unlisted> {
    for (;;) {
      const listing = await this.#list();
      if (!listing.ok || this.needs.reports.ended) return listing;
      const made = await this.#watch(listing);
      if (!listing.folders.some(({ key }) => made.has(key))) return listing;
    }
  }

  async #list(): Promise<Listing | Unlisted> {
    const first = this.#judge(await this.needs.layout.list());
    if (first.ok || this.needs.reports.outage !== undefined) return first;
    await delay(SECOND_LOOK_MS);
    return this.#judge(await this.needs.layout.list());
  }

  /** A part of the store that is missing is a failure when there were accounts in it. */
  #judge(listing: Listing | Unlisted): Listing | Unlisted {
    if (!listing.ok || listing.gap === undefined || this.needs.reader.states.size === 0) return listing;
    return { ok: false, problem: listing.gap, folders: listing.folders };
  }

  /** Before the looks, so that what changes after them is told by an event. */
  async #watch(listing: Listing): Promise<ReadonlySet<string>> {
    const { watches, reader } = this.needs;
    const before = this.#watched;
    if (listing.identity !== before?.identity) watches.clear();
    this.#watched = listing;
    if (watches.settled && before !== undefined && haveSameFolders(listing, before)) return NONE;
    return watches.settle({ [Symbol.iterator]: () => foldersOf(listing, reader.states) });
  }

  /** The earliest of all wishes counts. */
  #schedule(afterMs: number): void {
    const at = performance.now() + afterMs;
    if (at >= this.#timerAt || this.needs.reports.ended) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => void this.run(), afterMs);
  }
}

function haveSameFolders(one: Listing, other: Listing): boolean {
  const own = ({ folders }: Listing): string => folders.map(({ key, path }) => `${key} ${path}`).join('/');
  return own(one) === own(other) && one.places.hasSameNames(other.places);
}

/** Their keys are the names that are kept of the slots anyway: another 100,000 of them would take 6 MB. */
function* foldersOf(listing: Listing, states: SlotStates): Iterator<Folder> {
  yield* listing.folders;
  for (const { slot, folder } of listing.places.values()) {
    if (folder !== undefined) yield { key: states.nameOf(slot), path: folder };
  }
}

function jittered(ms: number): number {
  return ms * (1 - JITTER + 2 * JITTER * Math.random());
}
