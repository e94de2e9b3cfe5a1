import { metric } from './metric-names.js';
import { Counter, type Registry } from './prom-client.js';

/** Counts reloads. */
export interface ReloadMeter {
  reload(result: 'done' | 'refused'): void;
}

/** Counts what became of reloads, so that a broken certificate is seen before the one in use expires. */
export function reloadMetrics(registry: Registry): ReloadMeter {
  const reloads = new Counter({
    ...metric('reloads_total', 'Reloads (SIGHUP), by result.'),
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of ['done', 'refused']) reloads.inc({ result }, 0);
  return { reload: (result) => reloads.inc({ result }) };
}
