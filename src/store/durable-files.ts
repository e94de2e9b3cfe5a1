import { mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { errorCode } from './file-errors.js';

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

/** The real file system. */
export const NODE_FILES: DurableFiles = {
  async create(path, mode) {
    const file = await open(path, 'wx', 0o600);
    // Beyond what the process's umask would leave of it.
    if (mode !== 0o600) await file.chmod(mode);
    return {
      write: (bytes) => file.writeFile(bytes),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
  rename,
  unlink,
  async makeDirectory(path) {
    try {
      await mkdir(path, { mode: 0o700 });
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  },
  removeDirectory: rmdir,
  async syncDirectory(path) {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};
