import { join } from 'node:path';
import type { AuditEntry, AuditTrail } from '../../accounts/audit.js';
import { AccountsError } from '../../accounts/errors.js';
import type { Log } from '../../accounts/ports.js';
import { describeError } from '../file-errors.js';
import { GroupCommit } from '../state/group-commit.js';
import type { GrowingFile } from '../state/state-files.js';
import { type AuditFiles, NODE_AUDIT_FILES } from './audit-files.js';
import { auditLine, gapLine, hashOfLine, NO_LINE } from './audit-line.js';
import { isSegment, newSegment } from './segments.js';

/** What nobody waits for is written after this time, together with what has come until then. */
const LAZY_MS = 100;
/** No line is as long: names and reasons have bounds. */
const LONGEST_LINE_BYTES = 65_536;

/** How an audit is opened. */
export interface AuditFileOptions {
  /** Made if it is not there. */
  readonly directory: string;
  /** A file that has grown beyond this is followed by another one. */
  readonly maxBytes: number;
  readonly log: Log;
  /** The real ones unless given. */
  readonly files?: AuditFiles;
}

interface Noted {
  readonly entry: AuditEntry;
  readonly time: Date;
}

/**
 * An audit in a directory: files of JSON lines that only grow, of which each line names the one before by its hash, from
 * file to file. Each process begins files of its own, and a new one after anything failed; files are never changed or
 * removed, that is for whoever archives them. Whoever waits shares one write and one sync with all who wait then.
 */
export class AuditFile implements AuditTrail {
  readonly #options: AuditFileOptions;
  readonly #files: AuditFiles;
  readonly #commit = new GroupCommit(() => this.#flush());
  #noted: Noted[] = [];
  #file: { readonly path: string; readonly file: GrowingFile; size: number } | undefined;
  /** The time in the name of the last file. */
  #begunAtMs = 0;
  /** Entries that could not be written since the last one that was. */
  #lost = 0;
  #problem: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    options: AuditFileOptions,
    /** The hash of the last line that is certainly on the disk. */
    private last: string,
  ) {
    this.#options = options;
    this.#files = options.files ?? NODE_AUDIT_FILES;
  }

  /**
   * Opens the audit of a directory; what is noted follows the last line that is there.
   * @throws a system error when the directory cannot be made or read
   */
  static async open(options: AuditFileOptions): Promise<AuditFile> {
    const { directory, files = NODE_AUDIT_FILES } = options;
    await files.makeDirectory(directory);
    return new AuditFile(options, await lastLine(directory, files));
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** The hash of the last line: kept elsewhere, it shows later whether the audit was cut short. */
  get head(): string {
    return this.last;
  }

  note(entry: AuditEntry): void {
    this.#noted.push({ entry, time: new Date() });
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // What goes wrong is told, and tried again when something depends on it.
      this.#commit.run().catch(() => undefined);
    }, LAZY_MS).unref();
  }

  async durable(): Promise<void> {
    try {
      await this.#commit.run();
    } catch (error) {
      const message = `the audit ${this.#options.directory} cannot be written: ${describeError(error)}`;
      throw new AccountsError('audit.unavailable', message, { cause: error });
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#commit.run().catch(() => undefined);
    await this.#commit.idle();
    clearTimeout(this.#timer);
    await this.#file?.file.close().catch(() => undefined);
    this.#file = undefined;
  }

  async #flush(): Promise<void> {
    const noted = this.#noted;
    this.#noted = [];
    if (noted.length === 0) return;
    try {
      await this.#write(noted);
      this.#lost = 0;
      this.#tellProblem(undefined);
    } catch (error) {
      this.#lost += noted.length;
      await this.#leaveFile();
      this.#tellProblem(error);
      throw error;
    }
  }

  async #write(noted: readonly Noted[]): Promise<void> {
    const { bytes, last } = this.#chain(noted);
    await this.#leaveFullFile();
    if (this.#file !== undefined) {
      await this.#append(this.#file, bytes);
      // Taken away or deleted, for instance by a program that rotates logs: then it goes into a new one once more.
      if (!(await this.#file.file.standsAt(this.#file.path))) await this.#leaveFile();
    }
    if (this.#file === undefined) await this.#begin(bytes);
    this.last = last;
  }

  #chain(noted: readonly Noted[]): { readonly bytes: Buffer; readonly last: string } {
    let { last } = this;
    let text = '';
    const add = (line: string): void => {
      last = hashOfLine(line);
      text += `${line}\n`;
    };
    if (this.#lost > 0) add(gapLine(this.#lost, new Date(), last));
    for (const { entry, time } of noted) add(auditLine(entry, time, last));
    return { bytes: Buffer.from(text), last };
  }

  async #append(to: { readonly file: GrowingFile; size: number }, bytes: Buffer): Promise<void> {
    await to.file.append(bytes);
    await to.file.sync();
    to.size += bytes.length;
  }

  /** Begins a file, with these lines. */
  async #begin(bytes: Buffer): Promise<void> {
    const { directory } = this.#options;
    await this.#files.makeDirectory(directory);
    // Two files of one millisecond would be in no order, and whoever comes later could go on from the wrong one.
    this.#begunAtMs = Math.max(Date.now(), this.#begunAtMs + 1);
    const path = newSegment(directory, new Date(this.#begunAtMs));
    const begun = { path, file: await this.#files.openToAppend(path), size: 0 };
    this.#file = begun;
    await this.#append(begun, bytes);
    await this.#files.syncDirectory(directory);
  }

  async #leaveFullFile(): Promise<void> {
    if (this.#file !== undefined && this.#file.size >= this.#options.maxBytes) await this.#leaveFile();
  }

  async #leaveFile(): Promise<void> {
    const left = this.#file?.file;
    this.#file = undefined;
    await left?.close().catch(() => undefined);
  }

  /** One line when it begins, one when it ends. */
  #tellProblem(error: unknown): void {
    const { directory, log } = this.#options;
    const before = this.#problem;
    this.#problem =
      error === undefined
        ? undefined
        : `the audit ${directory} cannot be written (${describeError(error)}); pushes are refused`;
    if (before === undefined && error !== undefined) {
      log.error({ directory, err: error }, 'the audit cannot be written');
    }
    if (before !== undefined && error === undefined)
      log.info({ directory }, 'the audit can be written again');
  }
}

/** The hash of the last whole line of a directory. A line that was cut off by a crash does not count. */
async function lastLine(directory: string, files: AuditFiles): Promise<string> {
  const segments = (await files.list(directory)).filter(isSegment).toSorted();
  for (const name of segments.reverse()) {
    const end = await files.readEnd(join(directory, name), LONGEST_LINE_BYTES);
    const stop = end.lastIndexOf('\n');
    if (stop < 0) continue;
    const line = end.subarray(end.lastIndexOf('\n', stop - 1) + 1, stop);
    return hashOfLine(line.toString('utf8'));
  }
  return NO_LINE;
}
