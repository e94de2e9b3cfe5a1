import { AccountsError } from '../../accounts/errors.js';
import type { Ledger, LedgerSource, Pending } from '../../accounts/ledger.js';
import type { Log } from '../../accounts/ports.js';
import { describeError } from '../file-errors.js';
import { GroupCommit } from './group-commit.js';
import { type HandedEntries, type HandingLedger, type OpenLedger, PendingEntries } from './handed-entries.js';
import { linesOf, writeAll } from './ledger-text.js';
import { newLedgerPath, takeOverLedgers, temporaryPath } from './left-ledgers.js';
import { LentFile } from './lent-file.js';
import { type GrowingFile, NODE_STATE_FILES, type StateFiles } from './state-files.js';

/** What nobody waits for is written after this time, together with what has come until then. */
const LAZY_MS = 100;
/** A file is written anew when what was added exceeds what it began with, and this. */
const MIN_GROWTH_BYTES = 1_048_576;

/** Processes that start all at once are not that many. */
const ATTEMPTS = 5;

/** How a ledger file is opened. */
export interface LedgerFileOptions {
  /** The state directory; made if it is not there. */
  readonly directory: string;
  readonly log: Log;
  /** The real ones unless given. */
  readonly files?: StateFiles;
}

/**
 * A ledger in a directory: a text file of lines `checksum key value` that only grows, written anew from memory when it
 * has doubled, and as a whole after anything failed (a file whose sync has failed cannot be trusted any more). Whoever
 * waits for durability shares one write and one sync with all who wait at that moment. Whoever keeps something in another
 * thread may be handed the lines that have to be durable first; nothing is added here until they are.
 *
 * Why no embedded database. Measured with Node 20 on 2 cores, ext4 on a virtual disk, entries of 100 bytes, each synced:
 *
 * |                       | one after the other | 16 at once | read 100,000 | size  |
 * |-----------------------|---------------------|------------|--------------|-------|
 * | this, append and sync | 2,200/s             | 19,100/s   | 0.20 s       |  9 MB |
 * | lmdb 3                | 2,400/s             | 19,000/s   | 0.45 s       | 24 MB |
 * | classic-level 3       | 3,500/s             | 11,200/s   | 0.30 s       | 11 MB |
 *
 * All of it is far from what limits a push, which syncs three times in the store: 1.9 ms became 2.1 ms with this (JWT
 * directory, one push after the other), and 16 at once went on at 700/s. Both databases bring native code with an install
 * script, for something that is read once, at the start.
 */
export class LedgerFile implements Ledger, HandingLedger {
  readonly #log: Log;
  readonly #files: StateFiles;
  readonly #directory: string;
  readonly #path: string;
  readonly #commit = new GroupCommit(() => this.#flush());
  #source: LedgerSource | undefined;
  #noted = new Set<string>();
  /** The file to add to; undefined when it has to be written anew. */
  #file: LentFile | undefined;
  /** How others find it, if they can. */
  #open: OpenLedger | undefined;
  #serial = 0;
  /** Is being written here: nobody else may add to it. */
  #flushing = false;
  /** How large it was when it was written, and what was added since. */
  #size = { written: 0, added: 0 };
  #problem: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    options: LedgerFileOptions,
    private readonly left: { readonly entries: Map<string, string>[]; paths: readonly string[] },
  ) {
    this.#log = options.log;
    this.#directory = options.directory;
    this.#files = options.files ?? NODE_STATE_FILES;
    this.#path = newLedgerPath(options.directory);
  }

  /**
   * Opens the ledger of a directory and reads what is there.
   * @throws a system error when the directory cannot be made, listed or written
   */
  static async open(options: LedgerFileOptions): Promise<LedgerFile> {
    const { directory, log, files = NODE_STATE_FILES } = options;
    const isNew = await files.makeDirectory(directory);
    const { paths, contents } = await takeOverLedgers(directory, files);
    const damaged = contents.reduce((sum, content) => sum + content.damaged, 0);
    if (damaged > 0)
      log.warn({ directory, lines: damaged }, 'damaged lines in the state directory are left out');
    if (contents.length === 0 && !isNew) {
      log.warn(
        { directory },
        'nothing is remembered of earlier times: the state directory is there, but its ledger is not',
      );
    }
    return new LedgerFile(options, { entries: contents.map(({ entries }) => entries), paths });
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  begin(source: LedgerSource): readonly ReadonlyMap<string, string>[] {
    this.#source = source;
    // What was read goes into a file of our own, at leisure.
    this.#writeSoon();
    return this.left.entries.splice(0);
  }

  note(key: string): void {
    this.#noted.add(key);
    this.#writeSoon();
  }

  pending(key: string): Pending {
    this.note(key);
    return new PendingEntries(this);
  }

  handOver(): HandedEntries | undefined {
    const [source, lent, file] = [this.#source, this.#file, this.#open];
    if (source === undefined || lent === undefined || file === undefined) return undefined;
    if (this.#flushing || this.#isTooLong()) return undefined;
    const noted = this.#noted;
    this.#noted = new Set();
    const text = linesOf(source, noted);
    this.#size.added += text.length;
    const giveBack = lent.lend();
    const lost = (error: unknown): AccountsError => {
      giveBack();
      if (error !== undefined) this.#tellProblem(error);
      if (this.#file === lent) this.#leaveFile();
      this.#writeSoon();
      return this.#unavailable(error);
    };
    return { file, text, written: giveBack, lost };
  }

  async durable(): Promise<void> {
    try {
      await this.#commit.run();
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#commit.run().catch(() => undefined);
    await this.#commit.idle();
    clearTimeout(this.#timer);
    await this.#leaveFile();
    this.#source = undefined;
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writeAtLeisure();
    }, LAZY_MS).unref();
  }

  #writeAtLeisure(): void {
    // What others were handed since is written, or will be.
    if (this.#file !== undefined && this.#noted.size === 0) return;
    // While others write for it, what was noted goes with what they are handed next: waiting for them would hold all up.
    if (this.#file?.isLent === true) this.#writeSoon();
    // What goes wrong is told, and tried again when something depends on it.
    else this.#commit.run().catch(() => undefined);
  }

  #unavailable(cause: unknown): AccountsError {
    const message = `${this.#directory} cannot be written: ${describeError(cause)}`;
    return new AccountsError('state.unavailable', message, { cause });
  }

  async #flush(): Promise<void> {
    if (this.#source === undefined) return;
    this.#flushing = true;
    try {
      // What was handed over comes first: the last value of a key is the one that counts.
      await this.#file?.idle();
      await this.#flushNow(this.#source);
    } finally {
      this.#flushing = false;
    }
  }

  async #flushNow(source: LedgerSource): Promise<void> {
    const noted = this.#noted;
    this.#noted = new Set();
    try {
      await this.#write(source, noted);
      this.#tellProblem(undefined);
    } catch (error) {
      await this.#leaveFile();
      this.#tellProblem(error);
      throw error;
    }
  }

  /** It is not to be relied on any more, or not needed. */
  async #leaveFile(): Promise<void> {
    const left = this.#file;
    this.#file = this.#open = undefined;
    await left?.close().catch(() => undefined);
  }

  /** Whether it is time to write the file anew. */
  #isTooLong(): boolean {
    const { written, added } = this.#size;
    return added > Math.max(written, MIN_GROWTH_BYTES);
  }

  async #write(source: LedgerSource, noted: ReadonlySet<string>): Promise<void> {
    if (this.#file === undefined || this.#isTooLong()) return this.#writeAnew(source);
    const { file } = this.#file;
    if (noted.size > 0) await this.#add(file, source, noted);
    // Another process may have taken the file over; what it has read is not all any more.
    if (!(await file.standsAt(this.#path))) await this.#writeAnew(source);
  }

  async #add(file: GrowingFile, source: LedgerSource, noted: ReadonlySet<string>): Promise<void> {
    const bytes = Buffer.from(linesOf(source, noted), 'latin1');
    await file.append(bytes);
    await file.sync();
    this.#size.added += bytes.length;
  }

  async #writeAnew(source: LedgerSource): Promise<void> {
    // A process that starts at this very moment takes what is half-written for something left behind.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const file = await this.#tryToWriteAnew(source);
      if (file === undefined) continue;
      await this.#file?.close();
      this.#file = new LentFile(file);
      const identity = await file.identity?.();
      this.#open = identity && { ...identity, serial: ++this.#serial, path: this.#path };
      return this.#removeLeft();
    }
    throw new Error('other processes keep removing the file in writing');
  }

  /** Answers undefined when somebody removed the file before it had its name. */
  async #tryToWriteAnew(source: LedgerSource): Promise<GrowingFile | undefined> {
    const temporary = temporaryPath(this.#path);
    await this.#files.unlink(temporary);
    const file = await this.#files.openToAppend(temporary);
    let named = false;
    try {
      const written = await writeAll(file, source);
      await file.sync();
      named = await this.#files.rename(temporary, this.#path);
      await this.#files.syncDirectory(this.#directory);
      this.#size = { written, added: 0 };
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.#files.unlink(temporary).catch(() => undefined);
      throw error;
    }
    if (named) return file;
    await file.close();
    return undefined;
  }

  /** Files of earlier processes go when this one holds what was in them. */
  async #removeLeft(): Promise<void> {
    const { paths } = this.left;
    this.left.paths = [];
    for (const path of paths) await this.#files.unlink(path);
  }

  /** One line when it begins, one when it ends. */
  #tellProblem(error: unknown): void {
    const before = this.#problem;
    this.#problem =
      error === undefined
        ? undefined
        : `the state directory ${this.#directory} cannot be written (${describeError(error)}); pushes are refused`;
    if (before === undefined && error !== undefined) {
      this.#log.error({ directory: this.#directory, err: error }, 'the state directory cannot be written');
    }
    if (before !== undefined && error === undefined) {
      this.#log.info({ directory: this.#directory }, 'the state directory can be written again');
    }
  }
}
