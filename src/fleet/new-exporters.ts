import type { FleetContext } from './context.js';
import type { Repair } from './repair.js';

/**
 * Finds importers that servers have loaded since they last listed what they have, at the moment when that matters: their
 * exporter, which was missing, is published. Otherwise their dead imports would only be found in the next round.
 */
export class NewExporters {
  /** Accounts that published ones import from, or once did. */
  readonly #wanted = new Set<string>();

  constructor(
    private readonly context: FleetContext,
    private readonly repair: Repair,
  ) {}

  /** Takes note of everything that is published; later publications are told. */
  start(): void {
    for (const accountKey of this.context.publications.keys()) this.#note(accountKey);
  }

  /** An account was published; `isNew`: as far as the fleet knows for the first time. */
  published(accountKey: string, isNew: boolean): void {
    this.#note(accountKey);
    if (!isNew || !this.#wanted.has(accountKey)) return;
    for (const server of this.context.servers.values())
      if (server.presence === 'present') this.repair.look(server);
  }

  #note(accountKey: string): void {
    for (const exporter of this.context.publications.get(accountKey)?.exporters ?? [])
      this.#wanted.add(exporter);
  }
}
