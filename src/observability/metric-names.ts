/** What every metric of our own starts with. */
export const METRIC_PREFIX = 'nats_account_server_';

/** Where a room's metrics go, and how they are named and explained. */
export interface MetricText {
  readonly name: string;
  readonly help: string;
}

/** A metric's name and help under our prefix. */
export function metric(name: string, help: string): MetricText {
  return { name: METRIC_PREFIX + name, help };
}
