import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { LOOP_LOOK_MS } from './event-loop-delay.js';
import type { Registry } from './prom-client.js';

const require = createRequire(import.meta.url);

/** By then those who waited for the service to come up have been served. */
const START_AFTER_MS = 1_000;
/** Until the watches of the event loop have something to tell: two looks and a little more. */
const FIRST_LOOKS_MS = 2.5 * LOOP_LOOK_MS;
/** To count these takes a list of all handles: with a watch for each of 100,000 accounts, 30 ms at each scrape. */
const TOO_DEAR = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
];

/**
 * What Node tells of the process: CPU, memory, collections of garbage, lag of the event loop. All this takes longer to
 * load than what the service counts by itself, so it begins when the service is up, or with a scrape before that.
 */
export class ProcessMetrics {
  #watching = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly registry: Registry) {}

  /** Begins to watch in a moment. */
  watchSoon(): void {
    this.#timer = setTimeout(() => this.watch(), START_AFTER_MS).unref();
  }

  /** Begins to watch now, unless it does already. */
  watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    const { collectDefaultMetrics }: typeof import('prom-client') = require('prom-client');
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LOOP_LOOK_MS });
    for (const name of TOO_DEAR) this.registry.removeSingleMetric(name);
  }

  /** Waits until there is something to tell. */
  async told(): Promise<void> {
    if (this.#watching) return;
    this.watch();
    await delay(FIRST_LOOKS_MS);
  }

  /** Does not begin any more. */
  close(): void {
    clearTimeout(this.#timer);
  }
}
