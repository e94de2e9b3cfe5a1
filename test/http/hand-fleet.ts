import type { PublishedAccounts } from '../../src/accounts/ports.js';
import { type AccountState, noAccounts } from '../../src/fleet/account-state.js';
import type { Cell } from '../../src/fleet/column.js';
import type { Effect } from '../../src/fleet/states.js';
import type {
  AccountsPage,
  AccountView,
  AccountViews,
  CellView,
  FleetStatus,
  ServerView,
} from '../../src/fleet/views.js';
import type { FleetReport } from '../../src/http/fleet-report.js';

/** Somebody waits until the test lets it go on. */
interface Wait {
  readonly what: string;
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
  readonly end: () => void;
}

/**
 * A fleet that is what the test says. Waiting ends when the test says so, or when the one who waits gives up, as the
 * port promises; deadlines are left to the test.
 */
export class HandFleet implements FleetReport {
  readonly waits: Wait[] = [];
  /** Accounts about which the servers were asked. */
  readonly looks: string[] = [];
  connected = true;
  servers: ServerView[] = [];
  readonly #rows = new Map<string, AccountView>();
  #waited: () => void = () => {};

  constructor(private readonly published: () => PublishedAccounts) {}

  /** Says how an account stands. */
  stands(
    accountKey: string,
    state: AccountState,
    cells: readonly CellView[] = [],
    more: Partial<AccountView> = {},
  ): void {
    const effective = state === 'effective' || state === 'expired';
    const row = {
      accountKey,
      state,
      version: 1,
      work: 'idle',
      effective,
      pendingSinceMs: undefined,
      cells,
    } as const;
    this.#rows.set(accountKey, { ...row, ...more });
  }

  /** Resolves as soon as so many have begun to wait. */
  async waiters(count: number): Promise<void> {
    while (this.waits.length < count) await new Promise<void>((resolve) => (this.#waited = resolve));
  }

  status(): FleetStatus {
    const accounts = noAccounts();
    for (const { state } of this.#rows.values()) accounts[state]++;
    const effective = accounts.pending + accounts.incomplete + accounts.unknown === 0;
    const { connected, servers } = this;
    return { connected, servers, queued: 1, comparing: 2, underWay: accounts.pending, accounts, effective };
  }

  async look(accountKey: string): Promise<AccountView | undefined> {
    this.looks.push(accountKey);
    return this.account(accountKey);
  }

  account(accountKey: string): AccountView | undefined {
    return this.published().get(accountKey) === undefined ? undefined : this.#rows.get(accountKey);
  }

  accounts({ after = '', limit, states }: AccountsPage): AccountViews {
    const all = [...this.#rows.values()].filter((row) => states?.has(row.state) !== false);
    const later = all
      .filter((row) => row.accountKey > after)
      .sort((a, b) => (a.accountKey < b.accountKey ? -1 : 1));
    const rows = later.slice(0, limit);
    return { rows, next: later.length > limit ? rows.at(-1)?.accountKey : undefined, total: all.length };
  }

  async whenEffective(
    accountKey: string,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<AccountView | undefined> {
    await this.#wait(accountKey, waitMs, signal);
    return this.account(accountKey);
  }

  async whenAllEffective(waitMs: number, signal?: AbortSignal): Promise<FleetStatus> {
    await this.#wait('all', waitMs, signal);
    return this.status();
  }

  #wait(what: string, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((end) => {
      if (signal?.aborted) end();
      signal?.addEventListener('abort', () => end());
      this.waits.push({ what, waitMs, signal, end });
      this.#waited();
    });
  }
}

/** A server that answers. */
export function serverNamed(name: string, more: Partial<ServerView> = {}): ServerView {
  const facts = { id: `N${name}`, name, cluster: 'east', version: '2.15.1', startedAt: undefined };
  return { ...facts, presence: 'present', heardAtMs: 1_800_000_000_000, ...more };
}

/** What a server runs of version 1, proven by itself unless told otherwise. */
export function cellOf(server: ServerView, effect: Effect, last: Partial<Cell> = {}): CellView {
  const proven = { effect, effectVersion: 1, effectAtSeconds: 1_800_000_000 };
  const noticed = { acknowledged: 'none', acknowledgedVersion: 0, acknowledgedAtSeconds: 0 } as const;
  return { server, effect, last: { ...noticed, ...proven, ...last } };
}
