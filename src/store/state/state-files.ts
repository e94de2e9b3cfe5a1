import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { NODE_FILES } from '../durable-files.js';
import { isAbsence } from '../file-errors.js';

/** A file that lines are added to. */
export interface GrowingFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when the bytes are on the disk. */
  sync(): Promise<void>;
  /** Whether it still stands under this name: another process may have taken the name away. */
  standsAt(path: string): Promise<boolean>;
  close(): Promise<void>;
}

/** The file system calls on a state directory, so that a test can make each of them fail. */
export interface StateFiles {
  /** Makes a directory (0700) with those above it; answers false when it is there already. */
  makeDirectory(path: string): Promise<boolean>;
  list(directory: string): Promise<readonly string[]>;
  /** Undefined when nothing stands there. */
  read(path: string): Promise<string | undefined>;
  /** Opens a file to add to; it is made (0600) if it is not there. */
  openToAppend(path: string): Promise<GrowingFile>;
  /** Answers false when there is nothing to rename. */
  rename(from: string, to: string): Promise<boolean>;
  unlink(path: string): Promise<void>;
  /** Resolves when the entries of a directory are on the disk. */
  syncDirectory(path: string): Promise<void>;
}

/** The real file system. */
export const NODE_STATE_FILES: StateFiles = {
  async makeDirectory(path) {
    return (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined;
  },
  list: (directory) => readdir(directory),
  read: (path) => readFile(path, 'latin1').catch(absentIsUndefined),
  openToAppend,
  rename: (from, to) =>
    rename(from, to).then(
      () => true,
      (error: unknown) => absentIsUndefined(error) ?? false,
    ),
  async unlink(path) {
    await unlink(path).catch(absentIsUndefined);
  },
  syncDirectory: (path) => NODE_FILES.syncDirectory(path),
};

async function openToAppend(path: string): Promise<GrowingFile> {
  const file = await open(path, 'a', 0o600);
  return {
    append: (bytes) => file.appendFile(bytes),
    sync: () => file.datasync(),
    async standsAt(name) {
      // Inode numbers can be larger than a double holds exactly.
      const exactly = { bigint: true } as const;
      const own = await file.stat(exactly);
      const found = await stat(name, exactly).catch(absentIsUndefined);
      return found !== undefined && own.ino === found.ino && own.dev === found.dev;
    },
    close: () => file.close(),
  };
}

function absentIsUndefined(error: unknown): undefined {
  if (!isAbsence(error)) throw error;
  return undefined;
}
