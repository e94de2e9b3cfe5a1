import type { FleetAnswer, RowAnswer } from './answers.js';
import type { FleetApi } from './fleet-api.js';
import { presences } from './servers.js';
import { describeCell } from './words.js';

/** Something that became different between two looks. */
export type Change =
  | { readonly kind: 'fleet'; readonly fleet: FleetAnswer; readonly before: FleetAnswer | undefined }
  | {
      readonly kind: 'account';
      readonly row: RowAnswer;
      readonly before: string | undefined;
      readonly fleet: FleetAnswer;
    }
  | { readonly kind: 'withdrawn'; readonly accountKey: string; readonly name: string };

/** What is remembered of an account. */
interface Known {
  readonly name: string;
  readonly state: string;
  /** State and effects: what counts as a change. */
  readonly signature: string;
  /** Of the service's own counting, which begins anew with it. */
  readonly version: number | undefined;
}

/** So many accounts that are no longer in the lists are asked about by their key, each time. */
const ASKED_AT_MOST = 50;

/**
 * Tells what changed from one look to the next. What cannot be known at the moment counts as unchanged: that a server
 * falls silent, or NATS is away, is one change of the fleet and not one of each account.
 */
export class Changes {
  #fleet: FleetAnswer | undefined;
  readonly #known = new Map<string, Known>();

  constructor(private readonly api: Pick<FleetApi, 'account'>) {}

  /** The service may have started anew: a text that it counts differently need not be another one. */
  forgetVersions(): void {
    for (const [accountKey, known] of this.#known)
      this.#known.set(accountKey, { ...known, version: undefined });
  }

  /** What is new in the fleet and in these accounts; each change is told once, even if what follows fails. */
  async *since(fleet: FleetAnswer, rows: readonly RowAnswer[], signal: AbortSignal): AsyncGenerator<Change> {
    const before = this.#fleet;
    this.#fleet = fleet;
    if (before === undefined || fleetSignature(before) !== fleetSignature(fleet))
      yield { kind: 'fleet', fleet, before };
    for (const row of rows) yield* this.#compare(row, fleet, before === undefined);
    yield* this.#lookAfter(new Set(rows.map(({ account }) => account)), fleet, signal);
  }

  #compare(row: RowAnswer, fleet: FleetAnswer, first: boolean): Change[] {
    if (row.state === 'unknown') return [];
    const known = this.#known.get(row.account);
    const signature = rowSignature(row, fleet);
    const { name, state, version } = row;
    this.#known.set(row.account, { name, state, signature, version });
    const sameText = known?.version === undefined || known.version === version;
    if (known?.signature === signature && sameText) return [];
    // At the first look effective accounts are no news.
    const isNews = row.state !== 'effective' || known !== undefined || !first;
    return isNews ? [{ kind: 'account', row, before: known?.state, fleet }] : [];
  }

  /** Accounts that were in the lists and are not any more: effective now, or withdrawn. */
  async *#lookAfter(
    listed: ReadonlySet<string>,
    fleet: FleetAnswer,
    signal: AbortSignal,
  ): AsyncGenerator<Change> {
    if (fleet.accounts.unknown > 0) return;
    const missing = [...this.#known].filter(([accountKey]) => !listed.has(accountKey));
    for (const [accountKey, { name }] of missing.slice(0, ASKED_AT_MOST)) {
      const row = await this.api.account(accountKey, { signal });
      const changes = row === undefined ? [withdrawn(accountKey, name)] : this.#compare(row, fleet, false);
      if (row === undefined || row.state === 'effective') this.#known.delete(accountKey);
      yield* changes;
    }
  }
}

const withdrawn = (accountKey: string, name: string): Change => ({ kind: 'withdrawn', accountKey, name });

function fleetSignature({ connected, servers }: FleetAnswer): string {
  return JSON.stringify([connected, servers.map(({ id, presence }) => `${id} ${presence}`).sort()]);
}

function rowSignature(row: RowAnswer, fleet: FleetAnswer): string {
  const standing = presences(fleet);
  const cells = row.servers.map((cell) => `${cell.id} ${describeCell(cell, standing.get(cell.id)).long}`);
  return JSON.stringify([row.state, cells.sort()]);
}
