import { type BigIntStats, close, fdatasync, fstat, open, stat as statPath, writeFile } from 'node:fs';
import { mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
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
  /** How another thread of this process finds it; undefined where it is not to be found. */
  identity?(): Promise<FileIdentity>;
}

/** An open file. */
export interface FileIdentity {
  readonly descriptor: number;
  readonly dev: bigint;
  readonly ino: bigint;
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

// The callback functions made into promises cost half of what FileHandle objects cost.
const openFile = promisify(open);
const writeWhole = promisify<number, Uint8Array, void>(writeFile);
const syncData = promisify(fdatasync);
const closeFile = promisify(close);
// Inode numbers can be larger than a double holds exactly.
const statOpen = promisify<number, { bigint: true }, BigIntStats>(fstat);
const statNamed = promisify<string, { bigint: true }, BigIntStats>(statPath);
const EXACTLY = { bigint: true } as const;

async function openToAppend(path: string): Promise<GrowingFile> {
  const fd = await openFile(path, 'a', 0o600);
  let known: FileIdentity | undefined;
  const identity = async (): Promise<FileIdentity> => {
    if (known !== undefined) return known;
    const { dev, ino } = await statOpen(fd, EXACTLY);
    known = { descriptor: fd, dev, ino };
    return known;
  };
  return {
    identity,
    append: (bytes) => writeWhole(fd, bytes),
    sync: () => syncData(fd),
    async standsAt(name) {
      const own = await identity();
      const found = await statNamed(name, EXACTLY).catch(absentIsUndefined);
      return found !== undefined && own.ino === found.ino && own.dev === found.dev;
    },
    close: () => closeFile(fd),
  };
}

function absentIsUndefined(error: unknown): undefined {
  if (!isAbsence(error)) throw error;
  return undefined;
}
