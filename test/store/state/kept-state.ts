import { onTestFinished } from 'vitest';
import type { LedgerSource } from '../../../src/accounts/ledger.js';
import { LedgerFile } from '../../../src/store/state/ledger-file.js';
import { NODE_STATE_FILES, type StateFiles } from '../../../src/store/state/state-files.js';
import { KeptLog } from '../../support/accounts.js';

/** What a process knows, and its ledger. */
export class KeptState implements LedgerSource {
  readonly log = new KeptLog();
  readonly values = new Map<string, string>();
  #ledger: LedgerFile | undefined;

  /** Starts as a process would: takes in what is there. It is closed when the test ends, as the last process would be. */
  static async start(directory: string, files?: StateFiles): Promise<KeptState> {
    const state = new KeptState();
    const ledger = await LedgerFile.open({ directory, log: state.log, ...(files && { files }) });
    state.#ledger = ledger;
    for (const entries of ledger.begin(state)) {
      for (const [key, value] of entries)
        if (value > (state.values.get(key) ?? '')) state.values.set(key, value);
    }
    onTestFinished(() => ledger.close());
    return state;
  }

  get ledger(): LedgerFile {
    if (this.#ledger === undefined) throw new Error('not started');
    return this.#ledger;
  }

  value(key: string): string | undefined {
    return this.values.get(key);
  }

  entries(): Iterable<readonly [string, string]> {
    return this.values;
  }

  /** Changes a value without waiting. */
  set(key: string, value: string): void {
    this.values.set(key, value);
    this.ledger.note(key);
  }

  /** Changes a value and waits until that is durable. */
  async keep(key: string, value: string): Promise<void> {
    this.set(key, value);
    await this.ledger.durable();
  }
}

/** Real files with a log of the calls, in which calls can be made to fail. */
export interface WatchedFiles extends StateFiles {
  readonly calls: string[];
  /** Whether the call with this number (from 0) fails. */
  failing: (number: number, name: string) => boolean;
}

/** See {@link WatchedFiles}; nothing fails unless told so. */
export function watchedFiles(): WatchedFiles {
  const calls: string[] = [];
  const watched: WatchedFiles = {
    calls,
    failing: () => false,
    makeDirectory: (path) => call('makeDirectory', () => NODE_STATE_FILES.makeDirectory(path)),
    list: (path) => call('list', () => NODE_STATE_FILES.list(path)),
    read: (path) => call('read', () => NODE_STATE_FILES.read(path)),
    openToAppend: (path) =>
      call('openToAppend', async () => {
        const file = await NODE_STATE_FILES.openToAppend(path);
        return {
          append: (bytes) => call('append', () => file.append(bytes)),
          sync: () => call('sync', () => file.sync()),
          standsAt: (name) => call('standsAt', () => file.standsAt(name)),
          close: async () => {
            await file.close();
            await call('close', async () => {});
          },
        };
      }),
    rename: (from, to) => call('rename', () => NODE_STATE_FILES.rename(from, to)),
    unlink: (path) => call('unlink', () => NODE_STATE_FILES.unlink(path)),
    syncDirectory: (path) => call('syncDirectory', () => NODE_STATE_FILES.syncDirectory(path)),
  };
  async function call<T>(name: string, work: () => Promise<T>): Promise<T> {
    const number = calls.push(name) - 1;
    if (watched.failing(number, name)) throw Object.assign(new Error(`ENOSPC: ${name}`), { code: 'ENOSPC' });
    return work();
  }
  return watched;
}
