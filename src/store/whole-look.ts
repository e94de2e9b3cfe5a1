import type { Log } from '../accounts/ports.js';
import { describeError } from './file-errors.js';
import type { KnownPacks } from './known-packs.js';
import { forEachLimited, READING_LANES } from './limited.js';
import type { Place, PlaceGroup, Places } from './places.js';
import type { Reports } from './reports.js';
import type { SlotReader } from './slot-reader.js';
import type { Seen } from './slot-states.js';
import { type Batch, batchesOf, Survey } from './survey.js';
import type { FileThread } from './thread/file-thread.js';
import { packNames, SIGHT, type Sights } from './thread/jobs.js';
import { readingOf } from './thread/sights.js';
import type { Turns } from './turns.js';

/** What a look at everything works with. */
export interface WholeLookNeeds {
  readonly reader: SlotReader;
  readonly reports: Reports;
  readonly thread: FileThread;
  readonly packs: KnownPacks;
  readonly turns: Turns;
  readonly log: Log;
  /** Hears of every place that was looked at, or of many at once. */
  readonly progress: () => void;
  /** Hears of a slot that changed, was known before, and was not just told because everything is. */
  readonly changed: (place: Place) => void;
}

/** What a look at everything has shown. */
export interface Tally {
  /** Places that hold something. */
  present: number;
  changed: number;
  /** Places of slots that are known. */
  known: number;
  /** Why nothing could be learned of some place. */
  shortage: string | undefined;
}

/**
 * One look at every place of a listing. What holds plain files, and many of them, is looked at by the file thread;
 * whatever that finds odd, and all the rest, by careful looks.
 */
export class WholeLook {
  readonly #tally: Tally = { present: 0, changed: 0, known: 0, shortage: undefined };
  readonly #task: 'read' | 'stamp';
  readonly #hadSlots: boolean;

  /** @param force whether everything is reported, be it news or not */
  constructor(
    private readonly needs: WholeLookNeeds,
    private readonly force: boolean,
  ) {
    this.#hadSlots = needs.reader.states.size > 0;
    this.#task = force || !this.#hadSlots ? 'read' : 'stamp';
  }

  /** Looks; to be called once. */
  async at(places: Places): Promise<Tally> {
    const worth = this.needs.thread.isWorth(this.#task, places.size - places.others.length);
    const byThread = worth && (await this.#lookByThread(places.groups));
    await this.#lookCarefully(byThread ? places.others : places.values());
    return this.#tally;
  }

  /** Answers false when it could not be done: then everything is still to be looked at. */
  async #lookByThread(groups: readonly PlaceGroup[]): Promise<boolean> {
    const { reader, reports, thread, packs, log } = this.needs;
    const end = reader.beginReadingAll();
    packs.begin();
    try {
      const survey = new Survey(
        thread,
        () => reports.ended,
        (batch, names, sights) => this.#take(batch, names, sights),
      );
      await survey.run(batchesOf(groups, this.#task));
      return true;
    } catch (error) {
      if (reports.ended) return true;
      log.warn({ reason: describeError(error) }, 'the file thread failed; files are read one by one instead');
      Object.assign(this.#tally, { present: 0, known: 0 });
      return false;
    } finally {
      end();
    }
  }

  /** Takes an answer in; answers what is to be asked next. */
  async #take({ group, task, pack }: Batch, names: readonly string[], sights: Sights): Promise<Batch[]> {
    const rows = task === 'stamp' ? this.needs.packs.rowsOf(pack) : undefined;
    const changed: string[] = [];
    const odd: Place[] = [];
    const slots: string[] = [];
    this.needs.progress();
    for (const i of rows === undefined ? names.keys() : this.#doubtful(rows, sights)) {
      const turn = this.needs.turns.next();
      if (turn !== undefined) await turn;
      if (this.needs.reports.ended) return [];
      const name = names[i] ?? '';
      const place = group.placeOf(name);
      slots.push(place.slot);
      const doubt = task === 'read' ? this.#takeReading(place, sights, i) : this.#takeStamp(place, sights, i);
      if (doubt === 'changed') changed.push(name);
      if (doubt === 'odd') odd.push(place);
    }
    if (task === 'stamp' && rows === undefined) this.needs.packs.keep(pack, slots);
    await this.#lookCarefully(odd);
    return packNames(changed).map((again) => ({ group, task: 'read', pack: again }));
  }

  /** Counts the untouched, and answers which of the names these are not. */
  #doubtful(rows: Uint32Array, { count, kinds, stamps }: Sights): number[] {
    const { states } = this.needs.reader;
    const doubtful: number[] = [];
    for (const [i, row] of rows.subarray(0, count).entries()) {
      if (kinds[i] !== SIGHT.plain || states.stampAt(row) !== stamps[i]) doubtful.push(i);
    }
    this.#tally.present += count - doubtful.length;
    this.#tally.known += count - doubtful.length;
    return doubtful;
  }

  #takeStamp({ slot }: Place, { kinds, stamps }: Sights, i: number): 'changed' | 'odd' | undefined {
    const { states } = this.needs.reader;
    if (kinds[i] === SIGHT.absent) return states.has(slot) ? 'odd' : undefined;
    if (kinds[i] === SIGHT.odd) return 'odd';
    if (states.stampOf(slot) !== stamps[i]) return 'changed';
    this.#tally.present++;
    this.#tally.known++;
    return undefined;
  }

  #takeReading(place: Place, sights: Sights, i: number): 'odd' | undefined {
    const { reader } = this.needs;
    if (sights.kinds[i] === SIGHT.absent) return reader.states.has(place.slot) ? 'odd' : undefined;
    if (sights.kinds[i] === SIGHT.odd) return 'odd';
    const seen = reader.takeRead(place.slot, { reading: readingOf(sights, i), place }, { force: this.force });
    if (seen === undefined) return 'odd';
    this.#count(place, seen);
    return undefined;
  }

  async #lookCarefully(places: Iterable<Place>): Promise<void> {
    const { reader, progress } = this.needs;
    await forEachLimited(places, READING_LANES, async (place: Place): Promise<void> => {
      progress();
      // Nearly always the answer, and far cheaper than a look.
      if (!this.force && (await reader.isUntouched(place))) {
        this.#tally.present++;
        this.#tally.known++;
      } else this.#count(place, await reader.look(place.slot, { place, force: this.force }));
    });
  }

  #count(place: Place, seen: Seen): void {
    const { reader, changed } = this.needs;
    if (seen.present) this.#tally.present++;
    if (seen.changed) this.#tally.changed++;
    if (reader.states.has(place.slot)) this.#tally.known++;
    this.#tally.shortage ??= seen.shortage;
    if (seen.changed && this.#hadSlots && !this.force) changed(place);
  }
}
