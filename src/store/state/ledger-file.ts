import { AccountsError } from '../../accounts/errors.js';
import type { Ledger, LedgerSource } from '../../accounts/ledger.js';
import type { Log } from '../../accounts/ports.js';
import { describeError } from '../file-errors.js';
import { GroupCommit } from './group-commit.js';
import { LEDGER_HEADING, ledgerLine } from './ledger-line.js';
import { newLedgerPath, takeOverLedgers, temporaryPath } from './left-ledgers.js';
import { type GrowingFile, NODE_STATE_FILES, type StateFiles } from './state-files.js';

/** What nobody waits for is written after this time, together with what has come until then. */
const LAZY_MS = 100;
/** A file is written anew when what was added exceeds what it began with, and this. */
const MIN_GROWTH_BYTES = 1_048_576;
/** So much is handed to the system at once. */
const CHUNK_BYTES = 262_144;

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
 * waits for durability shares one write and one sync with all who wait at that moment.
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
export class LedgerFile implements Ledger {
  readonly #log: Log;
  readonly #files: StateFiles;
  readonly #directory: string;
  readonly #path: string;
  readonly #commit = new GroupCommit(() => this.#flush());
  #source: LedgerSource | undefined;
  #noted = new Set<string>();
  /** The file to add to; undefined when it has to be written anew. */
  #file: GrowingFile | undefined;
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

  async durable(): Promise<void> {
    try {
      await this.#commit.run();
    } catch (error) {
      const message = `${this.#directory} cannot be written: ${describeError(error)}`;
      throw new AccountsError('state.unavailable', message, { cause: error });
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#commit.run().catch(() => undefined);
    await this.#commit.idle();
    clearTimeout(this.#timer);
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
    this.#source = undefined;
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // What goes wrong is told, and tried again when something depends on it.
      this.#commit.run().catch(() => undefined);
    }, LAZY_MS).unref();
  }

  async #flush(): Promise<void> {
    if (this.#source === undefined) return;
    const noted = this.#noted;
    this.#noted = new Set();
    try {
      await this.#write(this.#source, noted);
      this.#tellProblem(undefined);
    } catch (error) {
      await this.#file?.close().catch(() => undefined);
      this.#file = undefined;
      this.#tellProblem(error);
      throw error;
    }
  }

  async #write(source: LedgerSource, noted: ReadonlySet<string>): Promise<void> {
    const { written, added } = this.#size;
    const tooLong = added > Math.max(written, MIN_GROWTH_BYTES);
    if (this.#file === undefined || tooLong) return this.#writeAnew(source);
    if (noted.size > 0) await this.#add(this.#file, source, noted);
    // Another process may have taken the file over; what it has read is not all any more.
    if (!(await this.#file.standsAt(this.#path))) await this.#writeAnew(source);
  }

  async #add(file: GrowingFile, source: LedgerSource, noted: ReadonlySet<string>): Promise<void> {
    const lines = Array.from(noted, (key) => {
      const value = source.value(key);
      return value === undefined ? '' : ledgerLine(key, value);
    });
    const bytes = Buffer.from(lines.join(''), 'latin1');
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
      this.#file = file;
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

/** Writes everything, piece by piece; answers how many bytes that was. */
async function writeAll(file: GrowingFile, source: LedgerSource): Promise<number> {
  let written = 0;
  let text = LEDGER_HEADING;
  const put = async (): Promise<void> => {
    const bytes = Buffer.from(text, 'latin1');
    await file.append(bytes);
    written += bytes.length;
    text = '';
  };
  for (const [key, value] of source.entries()) {
    text += ledgerLine(key, value);
    if (text.length > CHUNK_BYTES) await put();
  }
  await put();
  return written;
}
