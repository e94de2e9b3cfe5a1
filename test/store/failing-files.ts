import { type DurableFiles, NODE_FILES } from '../../src/store/durable-files.js';

/** The file system with a log of its calls, in which one call can be made to fail. */
export interface FailingFiles extends DurableFiles {
  /** Names of the calls so far: `create`, `write`, `sync`, `close`, `rename`, … */
  readonly calls: string[];
}

/**
 * Real files, but the call with this number (from 0) fails with an error code, before it does anything.
 * @param alsoLater whether all calls after it fail as well, as on a disk that went away
 */
export function failingFiles(
  failAt = Number.POSITIVE_INFINITY,
  code = 'EIO',
  alsoLater = false,
): FailingFiles {
  const calls: string[] = [];
  const call = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const number = calls.push(name) - 1;
    if (number === failAt || (alsoLater && number > failAt)) {
      throw Object.assign(new Error(`${code}: made to fail, ${name}`), { code });
    }
    return work();
  };
  return {
    calls,
    create: (path, mode) =>
      call('create', async () => {
        const file = await NODE_FILES.create(path, mode);
        return {
          write: (bytes) => call('write', () => file.write(bytes)),
          sync: () => call('sync', () => file.sync()),
          // The descriptor is given back in any case, as close(2) does.
          close: async () => {
            await file.close();
            await call('close', async () => {});
          },
        };
      }),
    rename: (from, to) => call('rename', () => NODE_FILES.rename(from, to)),
    unlink: (path) => call('unlink', () => NODE_FILES.unlink(path)),
    makeDirectory: (path) => call('makeDirectory', () => NODE_FILES.makeDirectory(path)),
    removeDirectory: (path) => call('removeDirectory', () => NODE_FILES.removeDirectory(path)),
    syncDirectory: (path) => call('syncDirectory', () => NODE_FILES.syncDirectory(path)),
  };
}
