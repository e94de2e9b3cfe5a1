import type { Meter } from '../accounts/ports.js';
import { admissionMetrics } from './admission-metrics.js';
import { type ConnectionMeter, connectionMetrics } from './connection-metrics.js';
import { deliveryMetrics, type FleetMeter } from './delivery-metrics.js';
import { eventLoopDelayMetrics } from './event-loop-delay.js';
import { metric } from './metric-names.js';
import { type PeerMeter, peerMetrics } from './peer-metrics.js';
import { ProcessMetrics } from './process-metrics.js';
import { Gauge, Registry } from './prom-client.js';
import { type ReloadMeter, reloadMetrics } from './reload-metrics.js';
import { type RequestMeter, requestMetrics } from './request-metrics.js';
import { type ServiceState, stateGauges } from './state-gauges.js';

/** An answer to a scrape. */
export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** Everything that the service counts, each room's part in that room's words. Labels never hold an account key. */
export interface ServiceMeter {
  readonly accounts: Meter;
  readonly requests: RequestMeter;
  readonly fleet: FleetMeter;
  readonly connection: ConnectionMeter;
  readonly peer: PeerMeter;
  readonly reloads: ReloadMeter;
  /** Adds the gauges that are read from the service itself; call it once, when the service is built. */
  observe(state: ServiceState): void;
  /** Begins to watch what Node tells of the process; call it once, when the service is up. */
  watchProcess(): void;
  /** All metrics in the text format of Prometheus. */
  render(): Promise<Exposition>;
  /** The names of all metrics, for the documentation's test. */
  names(): string[];
  /** Stops watching. */
  close(): void;
}

/** Makes the meter of the process, in a registry of its own; `version` is that of the service. */
export function createMeter(version: string): ServiceMeter {
  const registry = new Registry();
  const ofProcess = new ProcessMetrics(registry);
  buildInfo(registry, version);
  const stopWatchingLoop = eventLoopDelayMetrics(registry);
  return {
    accounts: admissionMetrics(registry),
    requests: requestMetrics(registry),
    fleet: deliveryMetrics(registry),
    connection: connectionMetrics(registry),
    peer: peerMetrics(registry),
    reloads: reloadMetrics(registry),
    observe: (state) => stateGauges(registry, state),
    watchProcess: () => ofProcess.watchSoon(),
    render: async () => {
      await ofProcess.told();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
    names: () => {
      ofProcess.watch();
      return registry.getMetricsAsArray().map(({ name }) => name);
    },
    close: () => {
      ofProcess.close();
      stopWatchingLoop();
    },
  };
}

function buildInfo(registry: Registry, version: string): void {
  new Gauge({
    ...metric('build_info', 'The running version, always 1.'),
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
}
