import { metric } from './metric-names.js';
import { Counter, type Registry } from './prom-client.js';

/** Each request that the resolver peer deals with, and what can become of it. */
const OUTCOMES = {
  lookup: ['answered', 'unknown'],
  pack: ['answered', 'equal', 'abandoned', 'dropped'],
  list: ['answered', 'refused', 'dropped'],
  update: ['accepted', 'unchanged', 'refused', 'dropped'],
  delete: ['accepted', 'refused', 'dropped'],
  foreign_update: ['accepted', 'unchanged', 'refused', 'dropped'],
} as const;

/** A request, or (`foreign_update`) a token that somebody else sent to the nats-servers. */
export type PeerRequestName = keyof typeof OUTCOMES;
/** What became of it. */
export type PeerRequestOutcome = (typeof OUTCOMES)[PeerRequestName][number];

/** Counts what the resolver peer does. */
export interface PeerMeter {
  handled(request: PeerRequestName, outcome: PeerRequestOutcome): void;
}

/** Makes the counter of the resolver peer. */
export function peerMetrics(registry: Registry): PeerMeter {
  const requests = new Counter({
    ...metric('peer_requests_total', 'Requests to the resolver peer over NATS, by request and outcome.'),
    labelNames: ['request', 'outcome'],
    registers: [registry],
  });
  for (const [request, outcomes] of Object.entries(OUTCOMES))
    for (const outcome of outcomes) requests.inc({ request, outcome }, 0);
  return { handled: (request, outcome) => requests.inc({ request, outcome }) };
}
