import { metric } from './metric-names.js';
import { Counter, Gauge, type Registry } from './prom-client.js';

const REASONS = [
  'unreachable',
  'no_answer',
  'refused',
  'expired',
  'tls',
  'bad_options',
  'lost',
  'other',
] as const;

/** Why a try to connect failed. */
export type FailedAttempt = (typeof REASONS)[number];

/** Hears the state of the NATS connection. */
export interface ConnectionMeter {
  connected(yes: boolean): void;
  reconnected(): void;
  attemptFailed(reason: FailedAttempt): void;
  permissionDenied(): void;
}

/** Makes the gauges of the NATS connection. */
export function connectionMetrics(registry: Registry): ConnectionMeter {
  const registers = [registry];
  const connected = new Gauge({
    ...metric('nats_connected', '1 while the connection to NATS stands.'),
    registers,
  });
  const reconnects = new Counter({
    ...metric('nats_reconnects_total', 'Times that the connection to NATS came back.'),
    registers,
  });
  const failures = new Counter({
    ...metric('nats_connect_failures_total', 'Tries to connect to NATS that failed, by reason.'),
    labelNames: ['reason'],
    registers,
  });
  for (const reason of REASONS) failures.inc({ reason }, 0);
  const denials = new Counter({
    ...metric(
      'nats_permission_denied_total',
      'Subjects that the NATS user may not use, each time it is told.',
    ),
    registers,
  });
  return {
    connected: (yes) => connected.set(yes ? 1 : 0),
    reconnected: () => reconnects.inc(),
    attemptFailed: (reason) => failures.inc({ reason }),
    permissionDenied: () => denials.inc(),
  };
}
