/** What stands behind a {@link Ledger}: the present state of everything that it keeps. */
export interface LedgerSource {
  /** Keys with their values as they are now. */
  entries(): Iterable<readonly [key: string, value: string]>;
  /** The value of one key; undefined when it may be forgotten. */
  value(key: string): string | undefined;
}

/** Something that has to be on the disk before something else may happen. */
export interface Pending {
  /**
   * Resolves when it is on the disk.
   * @throws AccountsError `state.unavailable`
   */
  durable(): Promise<void>;
}

/**
 * Remembers small texts by key across restarts: what was noted and is {@link durable} is there again when the next
 * process begins, even if this one is killed or the machine loses power.
 */
export interface Ledger {
  /** What is wrong now, a sentence; undefined when all is well. */
  readonly problem: string | undefined;
  /**
   * What earlier processes left behind, each the last value of every key, and from now on the values that are kept.
   * Usually there is one earlier process; several when their times overlapped.
   */
  begin(source: LedgerSource): readonly ReadonlyMap<string, string>[];
  /** The value of this key has changed; it is written soon. */
  note(key: string): void;
  /**
   * As {@link note}, and answers what has to be durable before anything happens that depends on it. Who keeps what it is
   * about may know how to make both durable at a time; anybody else calls `durable`.
   */
  pending?(key: string): Pending;
  /**
   * Resolves when everything noted so far is on the disk.
   * @throws AccountsError `state.unavailable`; what was noted is not forgotten, and a later call tries again
   */
  durable(): Promise<void>;
  /** Writes what was noted and ends. Never rejects. */
  close(): Promise<void>;
}

/** Remembers nothing beyond the life of the process. */
export const NO_LEDGER: Ledger = {
  problem: undefined,
  begin: () => [],
  note() {},
  durable: async () => {},
  close: async () => {},
};
