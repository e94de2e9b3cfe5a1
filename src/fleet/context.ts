import type { AccountRow } from './account-row.js';
import type { Grid } from './grid.js';
import type {
  FleetClock,
  FleetMeter,
  FleetOptions,
  FleetWire,
  Log,
  Publications,
  StrangeTexts,
} from './ports.js';
import type { Progress } from './progress.js';
import type { Servers } from './servers.js';
import type { Waiting } from './waiting.js';

/** What the parts of the fleet share. */
export interface FleetContext {
  readonly wire: FleetWire;
  readonly publications: Publications;
  readonly strangeTexts: StrangeTexts;
  readonly servers: Servers;
  readonly grid: Grid;
  readonly progress: Progress;
  readonly waiting: Waiting;
  readonly meter: FleetMeter;
  readonly log: Log;
  readonly clock: FleetClock;
  readonly options: FleetOptions;
}

/**
 * Lets work go on by itself. What nobody expected to fail is logged and ends the work for that account, which is looked
 * at again at the next occasion; all else goes on.
 */
export function inBackground({ log, clock }: FleetContext, work: Promise<void>, row?: AccountRow): void {
  work.catch((error: unknown) => {
    row?.foreignArrivesAt(clock.now());
    row?.move('dropped');
    log.error({ err: error, account: row?.key }, 'unexpected failure of the delivery to nats-servers');
  });
}
