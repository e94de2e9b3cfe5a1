import type { AccountState } from './account-state.js';
import type { Cell } from './column.js';
import type { FleetContext } from './context.js';
import type { Presence } from './presence.js';
import type { FleetServer } from './servers.js';
import type { Effect } from './states.js';
import type { Work } from './work.js';

export { ACCOUNT_STATES, type AccountState } from './account-state.js';

/** One server as others may see it. */
export interface ServerView {
  readonly id: string;
  readonly name: string;
  readonly cluster: string;
  readonly version: string;
  readonly startedAt: string | undefined;
  readonly presence: Presence;
  readonly heardAtMs: number;
}

/** The fleet at one moment. */
export interface FleetStatus {
  readonly connected: boolean;
  readonly servers: readonly ServerView[];
  /** Notices that wait for their turn. */
  readonly queued: number;
  /** Comparisons that wait or are under way. */
  readonly comparing: number;
  /** Accounts whose newest version is not yet proven on every server that has them. */
  readonly underWay: number;
  /** How many of the published accounts are in which state. */
  readonly accounts: Readonly<Record<AccountState, number>>;
  /** Nothing that is published is pending, incomplete or unknown. */
  readonly effective: boolean;
}

/** One account on one server. */
export interface CellView {
  readonly server: ServerView;
  /** What is known of the published version. */
  readonly effect: Effect;
  /** What is known at all, maybe of an older version. */
  readonly last: Cell;
}

/** Which rows of the grid are wanted. */
export interface AccountsPage {
  /** Only accounts whose key comes later in the order of keys. */
  readonly after?: string;
  /** So many rows at most. */
  readonly limit: number;
  /** Only accounts in one of these states; absent: in any. */
  readonly states?: ReadonlySet<AccountState>;
}

/** Some rows of the grid, in the order of their account keys. */
export interface AccountViews {
  readonly rows: readonly AccountView[];
  /** Where the next page goes on, to be given as `after`; undefined: this was the last. */
  readonly next: string | undefined;
  /** How many accounts there are on all pages. */
  readonly total: number;
}

/** One account on all servers. */
export interface AccountView {
  readonly accountKey: string;
  readonly state: AccountState;
  /** Counts the texts that were published since this program started. */
  readonly version: number;
  readonly work: Work;
  /** Every server that has the account runs the published text (which may have expired). */
  readonly effective: boolean;
  /** Since when the published text has been on its way, or the account has been in trouble; undefined: all is well. */
  readonly pendingSinceMs: number | undefined;
  readonly cells: readonly CellView[];
}

/** The fleet as {@link FleetStatus}. */
export function viewStatus(context: FleetContext, queued: number, comparing: number): FleetStatus {
  const accounts = context.progress.counts();
  return {
    connected: context.wire.connected(),
    servers: [...context.servers.values()].map(viewServer),
    queued,
    comparing,
    underWay: context.progress.underWay.size,
    accounts,
    effective: context.progress.allEffective,
  };
}

/** One row of the grid; undefined when nothing is published for the account. */
export function viewAccount(context: FleetContext, accountKey: string): AccountView | undefined {
  const { grid, servers, progress } = context;
  const row = grid.published(accountKey);
  if (row === undefined) return undefined;
  const cells = [...servers.values()].map((server) => ({
    server: viewServer(server),
    effect: grid.effect(row, server),
    last: server.column.cell(row.index),
  }));
  const state = progress.state(row);
  const sinceMs = row.underWaySinceMs || row.unsettledSinceMs;
  return {
    accountKey,
    state,
    version: row.version,
    work: row.work,
    effective: progress.isEffective(row),
    pendingSinceMs: sinceMs === 0 ? undefined : sinceMs,
    cells,
  };
}

function viewServer({ facts, presence, heardAtMs }: FleetServer): ServerView {
  const { id, name, cluster, version, startedAt } = facts;
  return { id, name, cluster, version, startedAt, presence, heardAtMs };
}
