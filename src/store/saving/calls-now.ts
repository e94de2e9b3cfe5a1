import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { promisify } from 'node:util';
import type { DurableFiles } from '../durable-files.js';
import { errorCode } from '../file-errors.js';
import { SAFELY_IN_PLACE } from '../file-reading.js';
import type { FileCalls } from './file-calls.js';
import { LateCloses } from './late-closes.js';
import { SharedSyncs } from './shared-syncs.js';

const syncOnPool = promisify(fsync);

/** The calls of saves. */
export interface CallsOfSaves {
  readonly files: DurableFiles;
  readonly calls: FileCalls;
}

/**
 * The real file system by synchronous calls, which take a fraction of the processor time of asynchronous ones and may
 * hang, so: never in the main thread. Only syncs take so long that others should go on meanwhile: those of saves that
 * are `alone` wait, the others run side by side on the thread pool, where the file system puts them together.
 */
export function callsNow(alone: () => boolean): CallsOfSaves {
  const closes = new LateCloses();
  const sync = async (fd: number): Promise<void> => {
    const synced = alone() ? undefined : syncOnPool(fd);
    // Behind the sync on the thread pool; beside it if this thread is the one that waits.
    closes.closeNow();
    if (synced === undefined) fsyncSync(fd);
    else await synced;
  };
  const directories = new SharedSyncs(async (path) => {
    const fd = openSync(path, 'r');
    try {
      await sync(fd);
    } finally {
      closeSync(fd);
    }
  });
  const calls: FileCalls = {
    open: async (path) => openSync(path, SAFELY_IN_PLACE),
    fstat: async (fd) => fstatSync(fd),
    read: async (fd, buffer) => readSync(fd, buffer, 0, buffer.length, 0),
    sync,
    close: async (fd) => closeSync(fd),
    discard: (fd) => closes.add(fd),
    stat: async (path) => statSync(path),
    lstat: async (path) => lstatSync(path),
  };
  const files: DurableFiles = {
    create: async (path, mode) => {
      const fd = openSync(path, 'wx', 0o600);
      // Beyond what the process's umask would leave of it.
      if (mode !== 0o600) fchmodSync(fd, mode);
      return {
        write: async (bytes) => writeFileSync(fd, bytes),
        sync: () => sync(fd),
        close: async () => closeSync(fd),
      };
    },
    rename: async (from, to) => renameSync(from, to),
    unlink: async (path) => unlinkSync(path),
    makeDirectory: async (path) => {
      try {
        mkdirSync(path, { mode: 0o700 });
        return true;
      } catch (error) {
        if (errorCode(error) === 'EEXIST') return false;
        throw error;
      }
    },
    removeDirectory: async (path) => rmdirSync(path),
    syncDirectory: (path) => directories.sync(path),
  };
  return { files, calls };
}
