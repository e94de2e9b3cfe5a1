import type { AccountRow } from './account-row.js';
import type { FleetClock } from './ports.js';

/** Timers cannot run longer (Node.js `setTimeout`). */
const LONGEST_MS = 2 ** 31 - 1;

/** Ends one caller's waiting. */
type End = () => void;

/** Callers that wait until an account, or every account, is effective. Costs nothing while nobody waits. */
export class Waiting {
  readonly #forRow = new Map<AccountRow, Set<End>>();
  readonly #forAll = new Set<End>();

  constructor(private readonly clock: FleetClock) {}

  /** Whether somebody waits for this account. */
  isFor(row: AccountRow): boolean {
    return this.#forRow.has(row);
  }

  /** Whether somebody waits for all accounts. */
  get isForAll(): boolean {
    return this.#forAll.size > 0;
  }

  /** The accounts that somebody waits for. */
  rows(): Iterable<AccountRow> {
    return this.#forRow.keys();
  }

  /** Resolves when {@link end} is called for the row, at the deadline or on abort, with what `view` returns then. */
  async until<View>(
    row: AccountRow,
    waitMs: number,
    signal: AbortSignal | undefined,
    view: () => View,
  ): Promise<View> {
    const ends = this.#forRow.get(row) ?? new Set();
    this.#forRow.set(row, ends);
    try {
      return await this.#wait(ends, waitMs, signal, view);
    } finally {
      if (ends.size === 0 && this.#forRow.get(row) === ends) this.#forRow.delete(row);
    }
  }

  /** The same for all accounts and {@link endForAll}. */
  untilAll<View>(waitMs: number, signal: AbortSignal | undefined, view: () => View): Promise<View> {
    return this.#wait(this.#forAll, waitMs, signal, view);
  }

  /** The account is as its callers want it, or will never be. */
  end(row: AccountRow): void {
    for (const end of [...(this.#forRow.get(row) ?? [])]) end();
  }

  /** All accounts are. */
  endForAll(): void {
    for (const end of [...this.#forAll]) end();
  }

  /** The fleet is closed: nobody waits any longer. */
  endEverything(): void {
    for (const row of [...this.#forRow.keys()]) this.end(row);
    this.endForAll();
  }

  #wait<View>(
    ends: Set<End>,
    waitMs: number,
    signal: AbortSignal | undefined,
    view: () => View,
  ): Promise<View> {
    if (!(waitMs > 0) || signal?.aborted) return Promise.resolve(view());
    return new Promise((resolve) => {
      const end = (): void => {
        ends.delete(end);
        cancel();
        signal?.removeEventListener('abort', end);
        resolve(view());
      };
      const cancel = this.clock.after(Math.min(waitMs, LONGEST_MS), end);
      signal?.addEventListener('abort', end);
      ends.add(end);
    });
  }
}
