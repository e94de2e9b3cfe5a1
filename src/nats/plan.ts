import type { Authenticator, NodeConnectionOptions } from '@nats-io/transport-node';
import { readAddresses } from './addresses.js';
import { authenticatorFor } from './credentials.js';
import { type CompleteNatsOptions, completeOptions, type NatsOptions } from './options.js';
import { identityCheck } from './server-identity.js';

/** Options that have been checked: a connection can be tried with them. */
export interface Plan {
  readonly options: CompleteNatsOptions;
  /** `host:port` each. */
  readonly hosts: readonly string[];
  readonly tls: boolean;
  readonly authenticator: Authenticator;
}

/**
 * Checks options.
 * @throws NatsOptionsError
 */
export function makePlan(given: NatsOptions): Plan {
  const options = completeOptions(given);
  const { hosts, tls, auth } = readAddresses(options.servers);
  const authenticator = authenticatorFor(options.auth.kind === 'none' ? auth : options.auth);
  return { options, hosts, tls: tls || options.tls !== undefined, authenticator };
}

/** Whether a running connection can go over from one plan to the other by only proving who we are again. */
export function differInIdentityOnly(one: Plan, other: Plan): boolean {
  const rest = ({ options, hosts }: Plan): string =>
    JSON.stringify({ ...options, auth: undefined, servers: hosts });
  return rest(one) === rest(other);
}

/** Whether two plans say that we are the same user. */
export const sameIdentity = (one: Plan, other: Plan): boolean =>
  JSON.stringify([one.options.auth, one.options.servers]) ===
  JSON.stringify([other.options.auth, other.options.servers]);

/** What nats.js is told: never to give up, and to ask for the identity anew each time. */
export function connectionOptions(
  plan: Plan,
  hosts: readonly string[],
  authenticator: Authenticator,
): NodeConnectionOptions {
  const { options } = plan;
  // nats.js hands more to Node than its types say.
  const tls = { ...options.tls, checkServerIdentity: identityCheck(plan.hosts) };
  return {
    servers: [...hosts],
    authenticator,
    name: options.name,
    inboxPrefix: options.inboxPrefix,
    noEcho: true,
    timeout: options.connectTimeoutMs,
    pingInterval: options.heartbeatMs,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectTimeWait: options.retryDelayMs,
    reconnectJitter: options.retryDelayMs / 4,
    reconnectJitterTLS: options.retryDelayMs / 4,
    // Otherwise the second refusal in a row would end the connection for good.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...(plan.tls && { tls }),
  };
}
