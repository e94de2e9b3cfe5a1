import type { Cell } from './column.js';
import type { FleetContext } from './context.js';
import type { Presence } from './presence.js';
import type { FleetServer } from './servers.js';
import type { Effect } from './states.js';
import type { Work } from './work.js';

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
}

/** One account on one server. */
export interface CellView {
  readonly server: ServerView;
  /** What is known of the published version. */
  readonly effect: Effect;
  /** What is known at all, maybe of an older version. */
  readonly last: Cell;
}

/** One account on all servers. */
export interface AccountView {
  readonly accountKey: string;
  readonly work: Work;
  /** Every server that has the account runs the published text. */
  readonly effective: boolean;
  readonly cells: readonly CellView[];
}

/** The fleet as {@link FleetStatus}. */
export function viewStatus(context: FleetContext, queued: number, comparing: number): FleetStatus {
  return {
    connected: context.wire.connected(),
    servers: [...context.servers.values()].map(viewServer),
    queued,
    comparing,
    underWay: context.grid.underWay.size,
  };
}

/** One row of the grid; undefined when the account was never published. */
export function viewAccount(context: FleetContext, accountKey: string): AccountView | undefined {
  const { grid, servers } = context;
  const row = grid.published(accountKey) ?? grid.get(accountKey);
  if (row === undefined) return undefined;
  const cells = [...servers.values()].map((server) => ({
    server: viewServer(server),
    effect: grid.effect(row, server),
    last: server.column.cell(row.index),
  }));
  return { accountKey, work: row.work, effective: grid.isEffective(row), cells };
}

function viewServer({ facts, presence, heardAtMs }: FleetServer): ServerView {
  const { id, name, cluster, version, startedAt } = facts;
  return { id, name, cluster, version, startedAt, presence, heardAtMs };
}
