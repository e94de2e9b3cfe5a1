import { Counter, Gauge, type Registry } from 'prom-client';
import { metric } from './metric-names.js';

/** Hears the state of the NATS connection. */
export interface ConnectionMeter {
  connected(yes: boolean): void;
  reconnected(): void;
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
  return {
    connected: (yes) => connected.set(yes ? 1 : 0),
    reconnected: () => reconnects.inc(),
  };
}
