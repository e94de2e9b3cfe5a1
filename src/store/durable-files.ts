import { close, fchmod, fsync, mkdir, open, rename, rmdir, unlink, writeFile } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from './file-errors.js';
import { SharedSyncs } from './saving/shared-syncs.js';

/** A file that is being written. */
export interface FileInWriting {
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the bytes are on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The file system calls that a save consists of, so that a test can make each of them fail. */
export interface DurableFiles {
  /** Makes a file that must not exist yet, with these permission bits. */
  create(path: string, mode: number): Promise<FileInWriting>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Makes a directory (0700); answers false when it is there already. */
  makeDirectory(path: string): Promise<boolean>;
  /** Removes an empty directory. */
  removeDirectory(path: string): Promise<void>;
  /** Resolves when the entries of a directory are on the disk. */
  syncDirectory(path: string): Promise<void>;
}

// The callback functions made into promises cost half of what `node:fs/promises` costs (FileHandle objects).
const openFile = promisify(open);
const changeMode = promisify(fchmod);
const writeWhole = promisify<number, Uint8Array, void>(writeFile);
const syncFile = promisify(fsync);
const closeFile = promisify(close);
const makeOne = promisify<string, { mode: number }, void>(mkdir);

/** Directories are synced for all who ask at that moment. */
const directories = new SharedSyncs(async (path) => {
  const fd = await openFile(path, 'r');
  try {
    await syncFile(fd);
  } finally {
    await closeFile(fd);
  }
});

/** The real file system, on the thread pool. */
export const NODE_FILES: DurableFiles = {
  async create(path, mode) {
    const fd = await openFile(path, 'wx', 0o600);
    // Beyond what the process's umask would leave of it.
    if (mode !== 0o600) await changeMode(fd, mode);
    return {
      write: (bytes) => writeWhole(fd, bytes),
      sync: () => syncFile(fd),
      close: () => closeFile(fd),
    };
  },
  rename: promisify(rename),
  unlink: promisify(unlink),
  async makeDirectory(path) {
    try {
      await makeOne(path, { mode: 0o700 });
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  },
  removeDirectory: promisify<string, void>(rmdir),
  syncDirectory: (path) => directories.sync(path),
};
