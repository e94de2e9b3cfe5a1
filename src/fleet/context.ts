import type { Grid } from './grid.js';
import type { FleetClock, FleetMeter, FleetOptions, FleetWire, Log, Publications } from './ports.js';
import type { Servers } from './servers.js';

/** What the parts of the fleet share. */
export interface FleetContext {
  readonly wire: FleetWire;
  readonly publications: Publications;
  readonly servers: Servers;
  readonly grid: Grid;
  readonly meter: FleetMeter;
  readonly log: Log;
  readonly clock: FleetClock;
  readonly options: FleetOptions;
}
