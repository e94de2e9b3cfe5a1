import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AccountsError } from '../accounts/errors.js';
import { isAbsence } from './file-errors.js';
import { MAX_FILE_BYTES } from './file-reading.js';
import { glance } from './token-glance.js';

/** A program that empties a file before it writes is given this long to write. */
const DELAYS_MS = [5, 20, 50, 100];

/**
 * The file that stands where a token is to be written, kept open across its replacement: nsc writes in place and locks
 * nothing, so it may be writing into this file at the very moment in which another takes its name.
 */
export class StandingFile {
  private constructor(
    private readonly handle: FileHandle,
    /** As it stood when it was opened. */
    readonly bytes: Buffer,
    /** Permission bits, to be kept. */
    readonly mode: number,
  ) {}

  /**
   * Undefined when nothing stands there.
   * @throws AccountsError `store.unavailable` when something other than a file does, or a system error
   */
  static async open(path: string): Promise<StandingFile | undefined> {
    const handle = await openSafely(path);
    if (handle === undefined) return undefined;
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > MAX_FILE_BYTES) {
        throw new AccountsError('store.unavailable', `${path} is no file that a token could replace`);
      }
      return new StandingFile(handle, await readAll(handle), stats.mode & 0o777);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** What another program wrote into the file since it was opened; undefined when none did. */
  async overwritten(): Promise<Buffer | undefined> {
    let now = await readAll(this.handle);
    for (const ms of DELAYS_MS) {
      if (now.equals(this.bytes)) return undefined;
      if (glance(now) !== undefined) return now;
      await delay(ms);
      now = await readAll(this.handle);
    }
    return undefined;
  }

  /** Resolves when what stands there is on the disk. */
  async sync(): Promise<void> {
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

async function openSafely(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

async function readAll(handle: FileHandle): Promise<Buffer> {
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(Math.min(size, MAX_FILE_BYTES));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  return buffer.subarray(0, bytesRead);
}
