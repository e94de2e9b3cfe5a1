import { metric } from './metric-names.js';
import { Counter, Gauge, Histogram, type Registry } from './prom-client.js';

const RESULTS = ['applied', 'not_loaded', 'failed', 'account_server', 'unknown', 'silent'] as const;

/** What one nats-server made of one update. */
export type NoticeResult = (typeof RESULTS)[number];

const SERVER_STATES = ['present', 'silent', 'leaving'] as const;

/** How a nats-server stands with us. */
export type ServerState = (typeof SERVER_STATES)[number];

/** Counts what delivery to nats-servers does. */
export interface FleetMeter {
  /** One server answered one update, or (`silent`) did not. */
  notice(result: NoticeResult): void;
  /** How many servers are known: heard of lately, no longer heard of, and in lame duck mode. */
  servers(counts: Readonly<Record<ServerState, number>>): void;
  /** A server that ran another token than the published one runs the published one now. */
  driftRepaired(): void;
  /** Time from the publication of a change until every server that has the account runs it. */
  propagated(seconds: number): void;
}

/** An update on one machine takes milliseconds; a server that is away may come back after minutes. */
const PROPAGATION_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Makes the counters of the fleet room. */
export function deliveryMetrics(registry: Registry): FleetMeter {
  const registers = [registry];
  const notices = new Counter({
    ...metric('notices_total', 'Answers of nats-servers to updates, by result.'),
    labelNames: ['result'],
    registers,
  });
  const servers = new Gauge({
    ...metric('fleet_servers', 'nats-servers known at present, by state.'),
    labelNames: ['state'],
    registers,
  });
  const repairs = new Counter({
    ...metric(
      'drift_repaired_total',
      'Times that a nats-server with another token was brought to the published one.',
    ),
    registers,
  });
  const propagation = new Histogram({
    ...metric(
      'propagation_seconds',
      'Time from a change until every nats-server that has the account runs it.',
    ),
    buckets: PROPAGATION_SECONDS,
    registers,
  });
  for (const result of RESULTS) notices.inc({ result }, 0);
  return {
    notice: (result) => notices.inc({ result }),
    servers(counts) {
      for (const state of SERVER_STATES) servers.set({ state }, counts[state]);
    },
    driftRepaired: () => repairs.inc(),
    propagated: (seconds) => propagation.observe(seconds),
  };
}
