import type { AccountIndex } from '../../account-index.js';
import type { FleetSight } from '../../fleet-report.js';
import type { HttpPorts } from '../../options.js';
import type { WaitingRequests } from '../../waiting.js';

/** What the routes of the API answer from. */
export interface ApiContext {
  readonly ports: Pick<HttpPorts, 'accounts' | 'clock' | 'log'>;
  readonly fleet: FleetSight;
  readonly index: AccountIndex;
  readonly waiting: WaitingRequests;
}
