import type { AccountRow } from './account-row.js';
import type { Checks } from './checks.js';
import type { FleetContext } from './context.js';
import type { Delivery } from './delivery.js';
import type { NewExporters } from './new-exporters.js';
import type { Pages } from './pages.js';

/** An update that somebody else sends takes a moment to reach the servers far from us. */
const FOREIGN_UPDATE_MS = 250;

/** What becomes of an account when something is published for it, by us or behind our back. */
export class Publishing {
  constructor(
    private readonly context: FleetContext,
    private readonly delivery: Delivery,
    private readonly checks: Checks,
    private readonly pages: Pages,
    private readonly newExporters: NewExporters,
  ) {}

  /** It was published in another version, or withdrawn: the new version goes out. */
  changed(accountKey: string): void {
    const row = this.#newVersion(accountKey);
    if (row === undefined) return;
    this.#mindFetches(row);
    this.delivery.want(row);
  }

  /** Likewise, but somebody else has sent the new version already: it is proven, and goes out only if that shows a lack. */
  adopted(accountKey: string): void {
    const row = this.#newVersion(accountKey);
    // While nobody can be asked nothing is waited for: all is compared as soon as somebody can.
    if (row === undefined || !this.delivery.open) return;
    const arrivesAtMs = this.context.clock.now() + FOREIGN_UPDATE_MS;
    row.sentByOthersUntilMs = arrivesAtMs;
    row.foreignArrivesAt(arrivesAtMs);
    this.#mindFetches(row);
    this.checks.lookInstead(row);
  }

  /** Somebody else sent some version to the servers. */
  foreignUpdate(accountKey: string): void {
    const { grid, clock } = this.context;
    const row = grid.published(accountKey);
    if (row === undefined) return;
    grid.doubt(row);
    row.foreignArrivesAt(clock.now() + FOREIGN_UPDATE_MS);
    this.checks.lookAgain(row);
  }

  /** The row, when it holds another version than before. */
  #newVersion(accountKey: string): AccountRow | undefined {
    const { grid, progress } = this.context;
    const before = grid.get(accountKey);
    const versionBefore = before?.version;
    const wasPublished = before?.published ?? false;
    const row = grid.published(accountKey);
    if (row === undefined) {
      if (before !== undefined) this.delivery.withdraw(before);
      this.pages.outdate();
      return undefined;
    }
    if (row.version === versionBefore) return undefined;
    if (!wasPublished) this.pages.outdate();
    this.newExporters.published(accountKey, !wasPublished);
    progress.sets(row);
    return row;
  }

  /** A server may be about to install the version before, which it is still fetching: all are looked at again then. */
  #mindFetches(row: AccountRow): void {
    const { clock, options, publications } = this.context;
    const lastServedAtMs = publications.get(row.key)?.lastServedAtMs ?? 0;
    if (clock.now() - lastServedAtMs <= options.servedShortlyMs)
      row.fetchEndsAt(clock.now() + options.secondLookMs);
  }
}
