import type { AccountRow } from './account-row.js';
import { backOffMs } from './back-off.js';
import type { Checks } from './checks.js';
import { type FleetContext, inBackground } from './context.js';
import type { Cancel } from './ports.js';
import type { FleetServer } from './servers.js';

/** Lists that are asked for at once: each may name every account of a server. */
const LISTS_AT_ONCE = 8;

/**
 * Finds what is owed without keeping a queue: asks servers what they have loaded and has every account compared whose
 * published text is not proven there. A look at S servers costs S list requests, and one request per account that some
 * server has loaded and whose newest text is not proven there, or was proven longer ago than `proofMaxAgeMs`.
 */
export class Repair {
  readonly #due = new Set<FleetServer>();
  readonly #listing = new Set<FleetServer>();
  readonly #calls = new Map<FleetServer, Cancel>();

  constructor(
    private readonly context: FleetContext,
    private readonly checks: Checks,
    /** The user may not ask servers what they have loaded: what is owed cannot be known. */
    private readonly denied: () => void,
  ) {}

  /** Looks at one server, as soon as few enough others are being looked at. */
  look(server: FleetServer): void {
    if (this.#listing.has(server)) return;
    this.#due.add(server);
    this.#pump();
  }

  /** Calls a silent server until it answers or has been silent for so long that it is forgotten. */
  callLater(server: FleetServer): void {
    if (this.#calls.has(server)) return;
    const { clock, options } = this.context;
    const delayMs = backOffMs(
      Math.max(1, server.missedCalls),
      options.probeFirstMs,
      options.probeMostMs,
      clock.random(),
    );
    this.#calls.set(
      server,
      clock.after(delayMs, () => {
        this.#calls.delete(server);
        this.#call(server);
      }),
    );
  }

  /** Unheard for so long that the other servers have dropped it too. */
  isForgotten(server: FleetServer): boolean {
    return this.context.clock.now() - server.heardAtMs >= this.context.options.forgetAfterMs;
  }

  /** The connection is lost, or the fleet is closed. */
  lost(): void {
    for (const cancel of this.#calls.values()) cancel();
    this.#calls.clear();
    this.#due.clear();
  }

  #call(server: FleetServer): void {
    if (server.presence !== 'silent') return;
    if (this.isForgotten(server)) this.context.servers.ended(server.facts.id);
    else this.look(server);
  }

  #pump(): void {
    for (const server of this.#due) {
      if (this.#listing.size >= LISTS_AT_ONCE) return;
      this.#due.delete(server);
      this.#listing.add(server);
      const listing = this.#list(server).finally(() => {
        this.#listing.delete(server);
        this.#pump();
      });
      inBackground(this.context, listing);
    }
  }

  async #list(server: FleetServer): Promise<void> {
    const { wire, servers } = this.context;
    const { answers, end } = await wire.loadedAccounts(server.facts.id);
    const [names] = answers;
    if (server.presence === 'gone') return;
    if (names !== undefined) {
      servers.heard(server.facts);
      this.#compare(server, names);
      servers.hasListed(server);
    } else if (end === 'deadline' || end === 'nobody') {
      // Nobody: the server is gone, or the way to it is cut, which the servers between us know before we do.
      servers.missed(server.facts.id);
      if (server.presence === 'silent') this.callLater(server);
    } else if (end === 'denied') this.denied();
  }

  #compare(server: FleetServer, names: readonly string[]): void {
    const { grid, progress } = this.context;
    const inQuestion: AccountRow[] = [];
    for (const name of names) {
      const row = grid.published(name);
      if (row === undefined) continue;
      grid.listed(row, server);
      if (grid.needsAsking(row, server)) inQuestion.push(row);
    }
    for (const row of this.#newestFirst(inQuestion)) this.checks.compare(row);
    // Fetched just before it changed, and nobody could be told: a list that came too early does not show it.
    for (const row of progress.toLookAgain) this.checks.lookAgain(row);
  }

  /** What changed while nobody could tell the servers was issued last: it is found first, however many accounts there are. */
  #newestFirst(rows: AccountRow[]): readonly AccountRow[] {
    const { publications } = this.context;
    const issuedAt = (row: AccountRow): number => publications.get(row.key)?.issuedAtSeconds ?? 0;
    return rows.sort((one, other) => issuedAt(other) - issuedAt(one));
  }
}
