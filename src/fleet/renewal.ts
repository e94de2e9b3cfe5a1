import type { Checks } from './checks.js';
import type { FleetContext } from './context.js';

/** For who wants to be sure that all is well: proofs from before a gap in hearing say nothing about what came in it. */
export class Renewal {
  constructor(
    private readonly context: FleetContext,
    private readonly checks: Checks,
  ) {}

  /**
   * Takes such proofs back and has them renewed. Costs a glance at every account, and a comparison of those that the
   * server has loaded, once for each time that a server was out of hearing; otherwise a glance at every server.
   */
  renew(): void {
    const { servers, grid } = this.context;
    for (const server of servers.values()) {
      if (server.renewedForMs === server.backAtMs) continue;
      server.renewedForMs = server.backAtMs;
      for (const row of grid.rows()) {
        if (!row.published || !grid.isDated(row, server)) continue;
        grid.prove(row, server, 'unproven');
        this.checks.compare(row);
      }
    }
  }
}
