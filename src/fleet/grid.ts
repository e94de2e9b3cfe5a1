import { AccountRow } from './account-row.js';
import type { FleetClock, FleetMeter, FleetOptions, Publications } from './ports.js';
import type { Progress } from './progress.js';
import type { FleetServer, Servers } from './servers.js';
import { type Acknowledged, type Effect, isLoaded, runsPublished, STANDING } from './states.js';
import { isOwed, type Mark, markOf } from './tally.js';

/** When a server is back, what it certainly lacks comes first; other proofs from before are renewed in the next round. */
const AFTER_RETURN_MS = 5_000;

/**
 * Servers × accounts: what each server acknowledged, and what it runs. Rows are accounts, columns belong to servers.
 * An event touches one cell, and the tally of its row; a server that goes takes its cells out of every tally.
 */
export class Grid {
  readonly #rows = new Map<string, AccountRow>();

  constructor(
    private readonly servers: Servers,
    private readonly publications: Publications,
    private readonly progress: Progress,
    private readonly clock: FleetClock,
    private readonly meter: FleetMeter,
    private readonly options: FleetOptions,
  ) {}

  /** The row of an account that was published at some time. */
  get(accountKey: string): AccountRow | undefined {
    return this.#rows.get(accountKey);
  }

  rows(): IterableIterator<AccountRow> {
    return this.#rows.values();
  }

  /** The row of an account that is published now, brought up to date; undefined when it is not. */
  published(accountKey: string): AccountRow | undefined {
    const published = this.publications.get(accountKey);
    if (published === undefined) return undefined;
    const row = this.#rows.get(accountKey) ?? this.#add(accountKey);
    row.publish(published);
    return row;
  }

  /** A server answered to a notice of this version, or did not. */
  acknowledge(row: AccountRow, server: FleetServer, answer: Acknowledged, version: number): void {
    this.#write(row, server, () => server.column.acknowledge(row.index, answer, version, this.clock.now()));
    if (answer === 'not_loaded') this.prove(row, server, 'not_loaded', version);
  }

  /** A server said what it runs, compared with this version. */
  prove(row: AccountRow, server: FleetServer, effect: Effect, version = row.version): void {
    const { column } = server;
    const before = column.effectVersion(row.index) === version ? column.effect(row.index) : 'unknown';
    this.#write(row, server, () => column.prove(row.index, effect, version, this.clock.now()));
    if (before === 'differs' && runsPublished(effect)) this.meter.driftRepaired();
  }

  /** A server could not say what it runs: what it had loaded it still has, but nothing is proven. */
  couldNotSay(row: AccountRow, server: FleetServer): void {
    if (isLoaded(server.column.effect(row.index))) this.prove(row, server, 'unproven');
  }

  /** Somebody else sent an update: proofs count no more, least of all those of servers that cannot be asked now. */
  doubt(row: AccountRow): void {
    for (const server of this.servers.values())
      if (runsPublished(this.effect(row, server))) this.prove(row, server, 'unproven');
  }

  /** A server lists the account among those it has loaded. */
  listed(row: AccountRow, server: FleetServer): void {
    if (!isLoaded(server.column.effect(row.index))) this.prove(row, server, 'unproven');
  }

  /** What is known of the published version. */
  effect(row: AccountRow, server: FleetServer): Effect {
    const stored = server.column.effect(row.index);
    if (isLoaded(stored)) return server.column.effectVersion(row.index) === row.version ? stored : 'unproven';
    // Servers never unload an account, but may load one at any time: only their own list says that they have not.
    return stored === 'not_loaded' || server.listed ? 'not_loaded' : 'unknown';
  }

  /** Whether a server has to be asked what it runs: not known, known to be wrong, or known for too long. */
  needsAsking(row: AccountRow, server: FleetServer): boolean {
    const effect = this.effect(row, server);
    if (STANDING[effect] !== 'settled') return true;
    if (effect === 'not_loaded') return false;
    if (row.lookAgainAtMs > 0) return true;
    if (this.isDated(row, server) && this.clock.now() - server.backAtMs >= AFTER_RETURN_MS) return true;
    const provenAtMs = server.column.effectAtSeconds(row.index) * 1000;
    return this.clock.now() - provenAtMs >= this.options.proofMaxAgeMs;
  }

  /** Proven before the server was last out of hearing: somebody may have sent it something else meanwhile. */
  isDated(row: AccountRow, server: FleetServer): boolean {
    const { column, backAtMs } = server;
    return column.effectAtSeconds(row.index) * 1000 < backAtMs && runsPublished(this.effect(row, server));
  }

  /** The version has no effect there although it should, or the server refused it. */
  owes(row: AccountRow, server: FleetServer): boolean {
    return isOwed(this.#mark(row, server));
  }

  /** The server took the version and runs another text all the same: somebody replaced it. */
  wasReplaced(row: AccountRow, server: FleetServer): boolean {
    return this.effect(row, server) === 'differs' && server.column.applied(row.index, row.version);
  }

  /** A server that can be asked has the account, or may have it. */
  mayBeLoaded(row: AccountRow): boolean {
    for (const server of this.servers.values())
      if (server.presence !== 'silent' && this.effect(row, server) !== 'not_loaded') return true;
    return false;
  }

  /** A server is gone: what it ran counts no more. */
  forget(server: FleetServer): void {
    for (const row of this.#rows.values()) {
      const mark = this.#mark(row, server);
      if (mark === 'absent') continue;
      row.tally.remove(mark);
      this.progress.touched(row);
    }
  }

  #write(row: AccountRow, server: FleetServer, write: () => void): void {
    const before = this.#mark(row, server);
    write();
    const after = this.#mark(row, server);
    if (before === after || server.presence === 'gone') return;
    row.tally.remove(before);
    row.tally.add(after);
    this.progress.touched(row);
  }

  #mark(row: AccountRow, server: FleetServer): Mark {
    const { column } = server;
    const stored = column.effect(row.index);
    const outdated = isLoaded(stored) && column.effectVersion(row.index) !== row.version;
    return markOf(outdated ? 'unproven' : stored, column.refused(row.index, row.version));
  }

  #add(accountKey: string): AccountRow {
    const row = new AccountRow(this.#rows.size, accountKey, this.progress.touched);
    this.#rows.set(accountKey, row);
    return row;
  }
}
