import { monitorEventLoopDelay } from 'node:perf_hooks';
import { metric } from './metric-names.js';
import { Gauge, type Registry } from './prom-client.js';

/** How often the loop is looked at: each look wakes the process, and they are a third of what it does when nobody asks. */
export const LOOP_LOOK_MS = 20;
const NANOSECONDS = 1e9;

/**
 * Gauges of how long the event loop kept work waiting since the last scrape: half of the time less than
 * `quantile="0.5"`, 99 % of the time less than `0.99`, at most `1`.
 * @returns stops watching
 */
export function eventLoopDelayMetrics(registry: Registry): () => void {
  const delays = monitorEventLoopDelay({ resolution: LOOP_LOOK_MS });
  // Node measures from tick to tick, so an idle loop shows the resolution itself.
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / NANOSECONDS - LOOP_LOOK_MS / 1000);
  new Gauge({
    ...metric('event_loop_delay_seconds', 'Delay of the event loop since the last scrape.'),
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      if (delays.count === 0) return;
      this.set({ quantile: '0.5' }, seconds(delays.percentile(50)));
      this.set({ quantile: '0.99' }, seconds(delays.percentile(99)));
      this.set({ quantile: '1' }, seconds(delays.max));
      delays.reset();
    },
  });
  delays.enable();
  return () => void delays.disable();
}
