import { AccountRow } from './account-row.js';
import {
  ACCOUNT_STATE,
  type AccountState,
  type Evidence,
  isEffectiveState,
  noAccounts,
  type Sight,
} from './account-state.js';
import type { FleetClock, FleetMeter, FleetOptions, Publications } from './ports.js';
import type { FleetServer, Servers } from './servers.js';
import { type Acknowledged, type Effect, runsPublished, STANDING } from './states.js';

/**
 * Servers × accounts: what each server acknowledged, and what it runs. Rows are accounts, columns belong to servers.
 * An event touches one cell; only a question about one whole account looks at every server.
 */
export class Grid {
  readonly #rows = new Map<string, AccountRow>();
  /** Rows whose version has not arrived everywhere yet. */
  readonly underWay = new Set<AccountRow>();

  constructor(
    private readonly servers: Servers,
    private readonly publications: Publications,
    private readonly clock: FleetClock,
    private readonly meter: FleetMeter,
    private readonly options: FleetOptions,
  ) {}

  /** The row of an account that was published at some time. */
  get(accountKey: string): AccountRow | undefined {
    return this.#rows.get(accountKey);
  }

  /** The row of an account that is published now, brought up to date; undefined when it is not. */
  published(accountKey: string): AccountRow | undefined {
    const published = this.publications.get(accountKey);
    if (published === undefined) return undefined;
    const row = this.#rows.get(accountKey) ?? this.#add(accountKey);
    row.publish(published.text);
    return row;
  }

  rows(): IterableIterator<AccountRow> {
    return this.#rows.values();
  }

  /** A version is on its way from now on. */
  sets(row: AccountRow): void {
    row.underWaySinceMs = this.clock.now();
    this.underWay.add(row);
  }

  acknowledge(row: AccountRow, server: FleetServer, answer: Acknowledged, version: number): void {
    server.column.acknowledge(row.index, answer, version, this.clock.now());
    if (answer === 'not_loaded') this.prove(row, server, 'not_loaded', version);
  }

  /** A server said what it runs, compared with this version. */
  prove(row: AccountRow, server: FleetServer, effect: Effect, version = row.version): void {
    const { column } = server;
    const before = column.effectVersion(row.index) === version ? column.effect(row.index) : 'unknown';
    column.prove(row.index, effect, version, this.clock.now());
    if (before === 'differs' && runsPublished(effect)) this.meter.driftRepaired();
  }

  /** Somebody else sent an update: proofs count no more, least of all those of servers that cannot be asked now. */
  doubt(row: AccountRow): void {
    for (const server of this.servers.values())
      if (runsPublished(this.effect(row, server))) this.prove(row, server, 'unproven');
  }

  /** A server lists the account among those it has loaded. */
  listed(row: AccountRow, server: FleetServer): void {
    const effect = this.effect(row, server);
    if (effect === 'unknown' || effect === 'not_loaded') this.prove(row, server, 'unproven');
  }

  /** What is known of the published version. */
  effect(row: AccountRow, server: FleetServer): Effect {
    const stored = server.column.effect(row.index);
    const loadedBefore = stored !== 'unknown' && stored !== 'not_loaded';
    if (loadedBefore) return server.column.effectVersion(row.index) === row.version ? stored : 'unproven';
    // Servers never unload an account, but may load one at any time: only their own list says that they have not.
    return stored === 'not_loaded' || server.listed ? 'not_loaded' : 'unknown';
  }

  /** Whether a server has to be asked what it runs: not known, known to be wrong, or known for too long. */
  needsAsking(row: AccountRow, server: FleetServer): boolean {
    const effect = this.effect(row, server);
    if (STANDING[effect] !== 'settled') return true;
    if (effect === 'not_loaded') return false;
    if (row.lookAgainAtMs > 0) return true;
    const provenAtMs = server.column.effectAtSeconds(row.index) * 1000;
    return this.clock.now() - provenAtMs >= this.options.proofMaxAgeMs;
  }

  /** The version has no effect there although it should, or the server refused it. */
  owes(row: AccountRow, server: FleetServer): boolean {
    const effect = this.effect(row, server);
    if (STANDING[effect] === 'owed') return true;
    const { acknowledged, acknowledgedVersion } = server.column.cell(row.index);
    return acknowledged === 'failed' && acknowledgedVersion === row.version && effect !== 'current';
  }

  /** How an account stands with the fleet. */
  state(row: AccountRow): AccountState {
    return ACCOUNT_STATE[this.#sight()][this.#evidence(row)];
  }

  /** Every server that has the account runs the published text, as far as anybody can know. */
  isEffective(row: AccountRow): boolean {
    return isEffectiveState(this.state(row));
  }

  /** How many of the published accounts are in which state. */
  counts(): Record<AccountState, number> {
    const counts = noAccounts();
    for (const key of this.publications.keys()) {
      const row = this.published(key);
      if (row !== undefined) counts[this.state(row)]++;
    }
    return counts;
  }

  #sight(): Sight {
    if (!this.servers.reachable) return 'none';
    if (!this.servers.complete) return 'partial';
    for (const server of this.servers.values())
      if (server.presence === 'silent' || !server.listed) return 'partial';
    return 'whole';
  }

  #evidence(row: AccountRow): Evidence {
    if (row.work !== 'idle' || row.lookAgainAtMs > 0) return 'pending';
    const effects = new Set<Effect>();
    for (const server of this.servers.values()) {
      if (this.owes(row, server)) return 'pending';
      effects.add(this.effect(row, server));
    }
    if (effects.has('unproven') || effects.has('unknown')) return 'unproven';
    if (effects.has('expired')) return 'expired';
    return effects.has('incomplete') ? 'incomplete' : 'effective';
  }

  /** Looks whether a version has arrived everywhere. */
  settle(row: AccountRow): void {
    if (row.underWaySinceMs === 0 || !this.isEffective(row)) return;
    this.underWay.delete(row);
    if (this.mayBeLoaded(row)) this.meter.propagated((this.clock.now() - row.underWaySinceMs) / 1000);
    row.underWaySinceMs = 0;
  }

  /** Looks so at every version that is under way. */
  settleAll(): void {
    for (const row of this.underWay) this.settle(row);
  }

  /** A server that can be asked has the account, or may have it. */
  mayBeLoaded(row: AccountRow): boolean {
    for (const server of this.servers.values())
      if (server.presence !== 'silent' && this.effect(row, server) !== 'not_loaded') return true;
    return false;
  }

  #add(accountKey: string): AccountRow {
    const row = new AccountRow(this.#rows.size, accountKey);
    this.#rows.set(accountKey, row);
    return row;
  }
}
