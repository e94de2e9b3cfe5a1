import { close, fstat, fsync, lstat, open, read, type Stats, stat } from 'node:fs';
import { promisify } from 'node:util';
import { SAFELY_IN_PLACE } from '../file-reading.js';

/** The calls by which a save looks at what stands in its place; all but the paths are file descriptors. */
export interface FileCalls {
  /** Opens to read. A FIFO is not waited for, a link at the end of the path is not followed. */
  open(path: string): Promise<number>;
  fstat(fd: number): Promise<Stats>;
  /** Fills the buffer from the start of the file; answers how many bytes there were. */
  read(fd: number, buffer: Buffer): Promise<number>;
  /** Resolves when the file is on the disk. */
  sync(fd: number): Promise<void>;
  close(fd: number): Promise<void>;
  /**
   * Closes a file that may have no name any more. Its space is freed then, for which a file system may wait until it has
   * written its journal; nobody has to wait for that.
   */
  discard(fd: number): void;
  stat(path: string): Promise<Stats>;
  lstat(path: string): Promise<Stats>;
}

const openFile = promisify(open);
const readFrom = promisify(read);

/** As `FileCalls.discard`, on the thread pool. */
export function discard(fd: number): void {
  // What was only read cannot be lost by an error.
  close(fd, () => {});
}

/** On the thread pool. */
export const POOL_CALLS: FileCalls = {
  open: (path) => openFile(path, SAFELY_IN_PLACE),
  fstat: promisify<number, Stats>(fstat),
  read: async (fd, buffer) => (await readFrom(fd, buffer, 0, buffer.length, 0)).bytesRead,
  sync: promisify(fsync),
  close: promisify(close),
  discard,
  stat: promisify<string, Stats>(stat),
  lstat: promisify<string, Stats>(lstat),
};
