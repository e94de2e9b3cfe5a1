import type { Accounts } from '../accounts/accounts.js';
import type { AccountStore, Log, StoreListener } from '../accounts/ports.js';
import type { Config } from '../config/schema.js';
import { OperatorFile } from '../store/operator-file.js';
import { WatchedFile, type WatchedFileOptions } from '../store/watched-file.js';

/** The slot of the system account JWT that is named apart from the store. */
export const SYSTEM_ACCOUNT_SLOT = 'system account file';

/** A file that is named beside the store. */
export interface SourceFile {
  /** Reads it once and goes on watching. */
  start(): Promise<void>;
  /** Reads it again, changed or not. */
  reread(): Promise<void>;
  close(): Promise<void>;
}

/** The files that can be named beside the store; those that are not named do nothing. */
export interface SourceFiles {
  readonly operator: SourceFile;
  readonly systemAccount: SourceFile;
}

const NOT_NAMED: SourceFile = { start: async () => {}, reread: async () => {}, close: async () => {} };

/** Builds the watches of the files that the configuration names. */
export function openSourceFiles(config: Config, { intake }: Accounts, log: Log): SourceFiles {
  const common = { sweepMs: config.store.sweepIntervalMs, watch: true, log };
  const { operator, systemAccount } = config;
  return {
    operator: operator === undefined ? NOT_NAMED : watchOperator(operator, intake, common),
    systemAccount:
      systemAccount === undefined ? NOT_NAMED : watchSystemAccount(systemAccount, intake, common),
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
  const { saveAfter } = store;
  return {
    description: store.description,
    writable: store.writable,
    start: (listener) => store.start(deaf(listener)),
    reread: () => store.reread(),
    save: (account) => store.save(account),
    ...(saveAfter && { saveAfter: (account, first) => saveAfter.call(store, account, first) }),
    remove: (accountKey) => store.remove(accountKey),
    close: () => store.close(),
  };
}

type Watching = Pick<WatchedFileOptions, 'sweepMs' | 'watch' | 'log'>;

function watchOperator(path: string, intake: StoreListener, common: Watching): SourceFile {
  const file = new OperatorFile({ path, ...common });
  return {
    start: () => file.start(intake),
    reread: () => file.reread(),
    close: () => file.close(),
  };
}

/** A file that does not decode may be half-written; after this time that is what stands there. */
const SETTLED_MS = 500;

function watchSystemAccount(path: string, intake: StoreListener, common: Watching): SourceFile {
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
