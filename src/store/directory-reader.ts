import type { Log, StoreListener } from '../accounts/ports.js';
import { FolderWatches } from './folder-watches.js';
import { HintedSlots } from './hinted-slots.js';
import type { Layout } from './layout.js';
import { Lanes, READING_LANES } from './limited.js';
import { Removals } from './removals.js';
import type { Reports } from './reports.js';
import { SlotReader } from './slot-reader.js';
import { Sweeper } from './sweeper.js';
import { FileThread } from './thread/file-thread.js';
import { Turns } from './turns.js';

/** How a directory is read. */
export interface DirectoryReaderOptions {
  readonly layout: Layout;
  /** For the calls of whole directories; closed with the reader. One of its own unless given. */
  readonly thread?: FileThread;
  readonly log: Log;
  /** Time between two sweeps; 30,000 is the usual. Each is up to a fifth shorter or longer. */
  readonly sweepMs: number;
  /** Whether events of the file system are used besides the sweep. */
  readonly watch: boolean;
  readonly reports: Reports;
  /** Looks at the operator JWT; `force` reports it whether it changed or not. */
  readonly operator?: (force: boolean) => Promise<void>;
}

/**
 * Reads a directory of account JWTs and keeps up with it. Events are hints: they say where to look, at once. The sweep
 * is the truth: it looks everywhere, every half minute or so.
 */
export class DirectoryReader {
  readonly slots: SlotReader;
  readonly #sweeper: Sweeper;
  readonly #watches: FolderWatches;
  readonly #thread: FileThread;
  readonly #lanes = new Lanes(READING_LANES);
  readonly #hinted = new HintedSlots((slot) => this.#look(slot));

  constructor(private readonly options: DirectoryReaderOptions) {
    const { layout, log, sweepMs, reports, operator = async () => {} } = options;
    this.#thread = options.thread ?? new FileThread();
    const turns = new Turns();
    this.#watches = new FolderWatches(log, (key, name) => this.#onEvent(key, name), turns);
    const presence = {
      missing: (slot: string) => removals.suspect(slot),
      present: (slot: string) => removals.clear(slot),
    };
    this.slots = new SlotReader(layout, reports, presence, turns, this.#thread);
    const removals = new Removals({
      layout,
      reports,
      reader: this.slots,
      turns,
      unlisted: () => this.#sweeper.request(),
    });
    const { slots: reader } = this;
    this.#sweeper = new Sweeper({
      layout,
      reports,
      reader,
      removals,
      watches: this.#watches,
      thread: this.#thread,
      turns,
      log,
      sweepMs,
      operator,
    });
  }

  /** Resolves when the first look at everything has ended, be it that nothing could be read. */
  get firstEnd(): Promise<void> {
    return this.#sweeper.firstEnd;
  }

  /** Folders whose changes only the sweep finds, because the system has no more watches. */
  get unwatchedFolders(): number {
    return this.#watches.unwatched;
  }

  /**
   * Resolves when everything was read once, or when it is known and reported that nothing can be read now; what appears
   * later is reported then.
   */
  async start(listener: StoreListener): Promise<void> {
    this.options.reports.begin(listener);
    void this.#sweeper.run(true);
    await this.#sweeper.firstEnd;
    this.#thread.standBack();
    if (!this.options.watch || this.options.reports.ended) return;
    this.#watches.enable();
    // Sets the watches and then finds what changed since the first reading.
    void this.#sweeper.run();
  }

  /** Looks at everything and reports all of it. */
  reread(): Promise<void> {
    return this.#sweeper.run(true);
  }

  /** Reports that a slot is gone, without the second look that a disappearance needs: we removed it ourselves. */
  removed(slot: string): void {
    if (!this.slots.states.has(slot)) return;
    this.slots.forget(slot);
    this.options.reports.slotGone(slot);
  }

  async close(): Promise<void> {
    this.options.reports.end();
    this.#watches.close();
    this.#hinted.close();
    this.#sweeper.close();
    this.slots.close();
    this.#thread.close();
  }

  #onEvent(key: string, name: string | null): void {
    const hint = this.options.layout.hint(key, name);
    if (hint.kind === 'everything') {
      if (hint.replaced !== undefined) this.#watches.drop(hint.replaced);
      this.#sweeper.request();
    }
    if (hint.kind === 'operator') void this.options.operator?.(false);
    if (hint.kind !== 'slot') return;
    if (hint.folder === undefined && this.slots.echoes.isEcho(hint.slot)) return;
    // A sweep finds out how much is not watched, and what it takes then.
    if (hint.folder !== undefined && !this.#watches.renew(hint.slot, hint.folder)) this.#sweeper.request();
    this.#hinted.add(hint.slot);
  }

  #look(slot: string): void {
    void this.#lanes
      .run(() => this.slots.look(slot))
      .then((seen) => {
        // What returns after an outage may not be alone.
        const returned = seen.present && this.options.reports.outage !== undefined;
        if (returned || seen.shortage !== undefined) this.#sweeper.request();
      });
  }
}
