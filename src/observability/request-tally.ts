import { DurationTally } from './duration-tally.js';

/** Seconds; a GET takes about 40 µs, a push some milliseconds. */
const REQUEST_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** More routes than any version of the service has: a mistake must not fill the monitoring system. */
const MOST_ROUTES = 64;
const OTHER = 'other';

/** The requests of one route. */
export class RouteTally {
  readonly durations = new DurationTally(REQUEST_SECONDS);
  readonly #counts = new Map<string, Map<number, number>>();

  add(method: string, status: number, seconds: number): void {
    const statuses = this.#statusesOf(METHODS.has(method) ? method : OTHER);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    this.durations.observe(seconds);
  }

  *counts(): Iterable<{ method: string; status: number; count: number }> {
    for (const [method, statuses] of this.#counts) {
      for (const [status, count] of statuses) yield { method, status, count };
    }
  }

  #statusesOf(method: string): Map<number, number> {
    const known = this.#counts.get(method);
    if (known !== undefined) return known;
    const statuses = new Map<number, number>();
    this.#counts.set(method, statuses);
    return statuses;
  }
}

/** All requests, by route. Stands on the way of every GET, so it only does map look-ups and additions. */
export class RequestTally {
  readonly routes = new Map<string, RouteTally>();

  add(route: string, method: string, status: number, seconds: number): void {
    (this.routes.get(route) ?? this.#newRoute(route)).add(method, status, seconds);
  }

  #newRoute(route: string): RouteTally {
    const name = this.routes.size < MOST_ROUTES - 1 ? route : OTHER;
    const tally = this.routes.get(name) ?? new RouteTally();
    this.routes.set(name, tally);
    return tally;
  }
}
