import type { Metric } from 'prom-client';
import { type MetricText, metric } from './metric-names.js';
import { Counter, type Registry } from './prom-client.js';
import { RequestTally } from './request-tally.js';

/** Counts answered HTTP requests. `route` is a pattern of the router, never a path; `seconds` until the answer is sent. */
export interface RequestMeter {
  request(route: string, method: string, status: number, seconds: number): void;
}

/** Makes the counters of the HTTP side. What a request costs here is a few map look-ups; the rest is done at a scrape. */
export function requestMetrics(registry: Registry): RequestMeter {
  const tally = new RequestTally();
  new Counter({
    ...metric('http_requests_total', 'HTTP requests answered, by route, method and status.'),
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [route, requests] of tally.routes) {
        for (const { count, ...labels } of requests.counts()) this.inc({ route, ...labels }, count);
      }
    },
  });
  const text = metric('http_request_duration_seconds', 'Time until an HTTP request was answered, by route.');
  // prom-client's own histogram hashes its labels on each observation. The registry asks no more of a metric than a
  // name and `get()`, which its types do not say.
  registry.registerMetric(new DurationsByRoute(text, tally) as unknown as Metric);
  return { request: (route, method, status, seconds) => tally.add(route, method, status, seconds) };
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** The durations of a tally as a Prometheus histogram. */
class DurationsByRoute {
  readonly name: string;
  readonly #help: string;
  readonly #tally: RequestTally;

  constructor(text: MetricText, tally: RequestTally) {
    this.name = text.name;
    this.#help = text.help;
    this.#tally = tally;
  }

  async get() {
    return { name: this.name, help: this.#help, type: 'histogram', values: [...this.#samples()] };
  }

  *#samples(): Iterable<Sample> {
    for (const [route, { durations }] of this.#tally.routes) {
      for (const { le, count } of durations.buckets()) {
        yield { metricName: `${this.name}_bucket`, labels: { le, route }, value: count };
      }
      yield { metricName: `${this.name}_sum`, labels: { route }, value: durations.sum };
      yield { metricName: `${this.name}_count`, labels: { route }, value: durations.count };
    }
  }
}
