import type { AccountRow } from './account-row.js';
import { backOffMs } from './back-off.js';
import type { FleetContext } from './context.js';
import type { Delivery } from './delivery.js';

/**
 * How often an importer is sent again in the hope for an exporter that is published. Once is not enough: a server that
 * has to fetch the exporter for it resolves the import while it is about to, then takes its own import for a duplicate,
 * and says that it is dead (nats-server server/accounts.go updateAccountClaimsWithRefresh).
 */
const MOST_HOPES = 2;

/**
 * Heals dead imports. A server that got an importer while it could not get the exporter keeps the import dead; the same
 * token sent again makes it resolve its imports anew (nats-server server/accounts.go updateAccountClaimsWithRefresh).
 */
export class IncompleteImporters {
  /** Exporter → importers that some server reports as incomplete. */
  readonly #waiting = new Map<string, Set<string>>();

  constructor(
    private readonly context: FleetContext,
    private readonly delivery: Delivery,
  ) {}

  /** The work for an account has ended; `wasSent`: a notice was part of it. */
  concluded(row: AccountRow, wasSent: boolean): void {
    if (wasSent) this.#sendWaitingFor(row.key);
    if (row.tally.incomplete > 0) this.#wait(row);
  }

  #sendWaitingFor(exporter: string): void {
    const importers = this.#waiting.get(exporter) ?? [];
    this.#waiting.delete(exporter);
    for (const key of importers) {
      const row = this.context.grid.published(key);
      if (row === undefined || row.tally.incomplete === 0) continue;
      row.hopes = { version: row.version, count: 0 };
      this.delivery.want(row);
    }
  }

  #wait(row: AccountRow): void {
    const { publications } = this.context;
    let hope = false;
    for (const exporter of publications.get(row.key)?.exporters ?? []) {
      const importers = this.#waiting.get(exporter) ?? new Set();
      this.#waiting.set(exporter, importers.add(row.key));
      hope ||= publications.get(exporter) !== undefined;
    }
    if (hope) this.#hope(row);
  }

  /** The exporter is there, only the server asked too early. */
  #hope(row: AccountRow): void {
    const { clock, options } = this.context;
    const count = row.hopes.version === row.version ? row.hopes.count + 1 : 1;
    if (count > MOST_HOPES) return;
    row.hopes = { version: row.version, count };
    const delayMs = backOffMs(count, options.retryFirstMs, options.retryMostMs, clock.random());
    this.delivery.rest(row, delayMs, () => this.delivery.want(row));
  }
}
