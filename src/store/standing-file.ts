import type { Stats } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AccountsError } from '../accounts/errors.js';
import { isAbsence } from './file-errors.js';
import { type FileReading, MAX_FILE_BYTES } from './file-reading.js';
import { type FileCalls, POOL_CALLS } from './saving/file-calls.js';
import { isFresh, stampOf } from './stamp.js';
import { type Glance, glance } from './token-glance.js';

type FileContent = Extract<FileReading, { kind: 'file' }>;

/** A program that empties a file before it writes is given this long to write. */
const DELAYS_MS = [5, 20, 50, 100];

/**
 * The file that stands where a token is to be written, kept open across its replacement: nsc writes in place and locks
 * nothing, so it may be writing into this file at the very moment in which another takes its name.
 */
export class StandingFile {
  #token: { readonly glance: Glance | undefined } | undefined;

  private constructor(
    private readonly calls: FileCalls,
    private readonly fd: number,
    /** As it stood when it was opened. */
    readonly content: FileContent,
    /** Permission bits, to be kept. */
    readonly mode: number,
  ) {}

  /**
   * Undefined when nothing stands there.
   * @throws AccountsError `store.unavailable` when something other than a file does, or a system error
   */
  static async open(path: string, calls: FileCalls = POOL_CALLS): Promise<StandingFile | undefined> {
    const beforeMs = Date.now();
    const fd = await calls.open(path).catch(absentIsUndefined);
    if (fd === undefined) return undefined;
    try {
      const stats = await calls.fstat(fd);
      if (!stats.isFile() || stats.size > MAX_FILE_BYTES) {
        throw new AccountsError('store.unavailable', `${path} is no file that a token could replace`);
      }
      const content = contentOf(stats, await readAll(calls, fd, stats.size), beforeMs);
      return new StandingFile(calls, fd, content, stats.mode & 0o777);
    } catch (error) {
      await calls.close(fd);
      throw error;
    }
  }

  get bytes(): Buffer {
    return this.content.bytes;
  }

  /** What the bytes say; undefined when they are no token. */
  get token(): Glance | undefined {
    this.#token ??= { glance: glance(this.bytes) };
    return this.#token.glance;
  }

  /** What another program wrote into the file since it was opened; undefined when none did. */
  async overwritten(): Promise<Buffer | undefined> {
    let now = await this.#readAgain();
    for (const ms of DELAYS_MS) {
      if (now.equals(this.bytes)) return undefined;
      if (glance(now) !== undefined) return now;
      await delay(ms);
      now = await this.#readAgain();
    }
    return undefined;
  }

  /** Resolves when what stands there is on the disk. */
  async sync(): Promise<void> {
    await this.calls.sync(this.fd);
  }

  async close(): Promise<void> {
    await this.calls.close(this.fd);
  }

  /** As {@link close}, of a file that may have lost its name. */
  discard(): void {
    this.calls.discard(this.fd);
  }

  async #readAgain(): Promise<Buffer> {
    const { size } = await this.calls.fstat(this.fd);
    return readAll(this.calls, this.fd, Math.min(size, MAX_FILE_BYTES));
  }
}

function contentOf(stats: Stats, bytes: Buffer, beforeMs: number): FileContent {
  const fresh = bytes.length !== stats.size || isFresh(stats, beforeMs);
  return { kind: 'file', bytes, modifiedAtMs: stats.mtimeMs, stamp: stampOf(stats), fresh };
}

/** One byte more than expected is asked for: a file that grows shows as one whose length is not its size. */
async function readAll(calls: FileCalls, fd: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size + 1);
  return buffer.subarray(0, await calls.read(fd, buffer));
}

function absentIsUndefined(error: unknown): undefined {
  if (!isAbsence(error)) throw error;
  return undefined;
}
