import type { PublishedAccounts } from '../accounts/ports.js';
import { noAccounts } from '../fleet/account-state.js';
import type { AccountsPage, AccountView, AccountViews, FleetStatus } from '../fleet/views.js';
import type { AccountIndex } from './account-index.js';
import type { FleetReport } from './fleet-report.js';

/** The report where NATS is not configured: how any account stands with the servers is unknown, and stays so. */
export class UnwatchedFleet implements FleetReport {
  constructor(
    private readonly published: PublishedAccounts,
    private readonly index: AccountIndex,
  ) {}

  status(): FleetStatus {
    const unknown = this.published.size;
    return {
      connected: false,
      servers: [],
      queued: 0,
      comparing: 0,
      underWay: 0,
      accounts: { ...noAccounts(), unknown },
      effective: false,
    };
  }

  account(accountKey: string): AccountView | undefined {
    return this.published.get(accountKey) === undefined ? undefined : unknownRow(accountKey);
  }

  async look(accountKey: string): Promise<AccountView | undefined> {
    return this.account(accountKey);
  }

  accounts({ after = '', limit, states }: AccountsPage): AccountViews {
    if (states !== undefined && !states.has('unknown')) return { rows: [], next: undefined, total: 0 };
    const keys = this.index.after(after, limit + 1);
    const shown = keys.slice(0, limit);
    return {
      rows: shown.map(unknownRow),
      next: keys.length > limit ? shown.at(-1) : undefined,
      total: this.index.size,
    };
  }

  /** There is nothing to wait for. */
  async whenEffective(accountKey: string): Promise<AccountView | undefined> {
    return this.account(accountKey);
  }

  async whenAllEffective(): Promise<FleetStatus> {
    return this.status();
  }
}

function unknownRow(accountKey: string): AccountView {
  return {
    accountKey,
    state: 'unknown',
    version: 1,
    pendingSinceMs: undefined,
    work: 'idle',
    effective: false,
    cells: [],
  };
}
