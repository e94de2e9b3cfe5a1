import type { Surroundings } from '../ports.js';
import type { FleetApi } from './fleet-api.js';
import type { FleetRequest } from './request.js';

/** Everything that one run of the command works with. */
export interface FleetRun extends Surroundings {
  readonly api: FleetApi;
  readonly command: FleetRequest;
}
