import type { Accounts } from '../accounts/accounts.js';
import type { AccountStore, Log, StoreListener } from '../accounts/ports.js';
import type { Config } from '../config/schema.js';
import { OperatorFile } from '../store/operator-file.js';
import { WatchedFile } from '../store/watched-file.js';

/** The slot of the system account JWT that is named apart from the store. */
export const SYSTEM_ACCOUNT_SLOT = 'system account file';

/** Files that are named beside the store: the operator JWT, the system account JWT. */
export interface SourceFiles {
  /** Reads them once and goes on watching. */
  start(): Promise<void>;
  /** Reads them again, changed or not. */
  reread(): Promise<void>;
  close(): Promise<void>;
}

/** Builds the watches of the files that the configuration names. */
export function openSourceFiles(config: Config, accounts: Accounts, log: Log): SourceFiles {
  const common = { sweepMs: config.store.sweepIntervalMs, watch: true, log };
  const files: SourceFiles[] = [];
  if (config.operator !== undefined) {
    const file = new OperatorFile({ path: config.operator, ...common });
    files.push({
      start: () => file.start(accounts.intake),
      reread: () => file.reread(),
      close: () => file.close(),
    });
  }
  if (config.systemAccount !== undefined) {
    files.push(watchSystemAccount(config.systemAccount, accounts.intake, common));
  }
  return {
    start: () => forEach(files, (file) => file.start()),
    reread: () => forEach(files, (file) => file.reread()),
    close: () => forEach(files, (file) => file.close()),
  };
}

/**
 * A store whose own operator JWT does not count, because another file was named for it.
 */
export function withoutOperator(store: AccountStore): AccountStore {
  const deaf = (listener: StoreListener): StoreListener => ({
    slotRead: (reading) => listener.slotRead(reading),
    slotUnreadable: (slot, problem) => listener.slotUnreadable(slot, problem),
    slotGone: (slot) => listener.slotGone(slot),
    operatorRead() {},
    operatorUnreadable() {},
    storeUnavailable: (problem) => listener.storeUnavailable(problem),
    storeAvailable: () => listener.storeAvailable(),
    swept: (report) => listener.swept(report),
  });
  return {
    description: store.description,
    writable: store.writable,
    start: (listener) => store.start(deaf(listener)),
    reread: () => store.reread(),
    save: (account) => store.save(account),
    close: () => store.close(),
  };
}

/** A file that does not decode may be half-written; after this time that is what stands there. */
const SETTLED_MS = 500;

function watchSystemAccount(
  path: string,
  intake: StoreListener,
  common: { sweepMs: number; watch: boolean; log: Log },
): SourceFiles {
  let again: NodeJS.Timeout | undefined;
  let insisting = false;
  const insist = async (): Promise<void> => {
    insisting = true;
    await file.reread();
    insisting = false;
  };
  const file = new WatchedFile({
    path,
    ...common,
    onRead: (bytes) => {
      clearTimeout(again);
      const settled = insisting && ({ settled: true } as const);
      const verdict = intake.slotRead({ slot: SYSTEM_ACCOUNT_SLOT, bytes, modifiedAtMs: 0, ...settled });
      if (verdict === 'unsettled' && !insisting) again = setTimeout(() => void insist(), SETTLED_MS);
    },
    onUnreadable: (problem) => intake.slotUnreadable(SYSTEM_ACCOUNT_SLOT, problem),
  });
  return {
    start: () => file.start(),
    reread: () => file.reread(),
    close: async () => {
      clearTimeout(again);
      await file.close();
    },
  };
}

async function forEach(
  files: readonly SourceFiles[],
  work: (file: SourceFiles) => Promise<void>,
): Promise<void> {
  for (const file of files) await work(file);
}
