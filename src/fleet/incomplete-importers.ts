import type { AccountRow } from './account-row.js';
import type { FleetContext } from './context.js';
import type { Delivery } from './delivery.js';

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
      if (row !== undefined && row.tally.incomplete > 0) this.delivery.want(row);
    }
  }

  #wait(row: AccountRow): void {
    const { publications, options } = this.context;
    let hope = false;
    for (const exporter of publications.get(row.key)?.exporters ?? []) {
      const importers = this.#waiting.get(exporter) ?? new Set();
      this.#waiting.set(exporter, importers.add(row.key));
      hope ||= publications.get(exporter) !== undefined;
    }
    if (!hope || row.completedVersion === row.version) return;
    // The exporter is there now, only the server asked too early: once more is enough.
    row.completedVersion = row.version;
    this.delivery.rest(row, options.retryFirstMs, () => this.delivery.want(row));
  }
}
