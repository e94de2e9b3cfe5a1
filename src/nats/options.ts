/** How to prove who we are to nats-server. */
export type NatsAuth =
  | { readonly kind: 'none' }
  /** The text of a creds file: user JWT and seed. */
  | { readonly kind: 'creds'; readonly text: string }
  | { readonly kind: 'user'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  /** A user's seed, for servers that know users by their nkey. */
  | { readonly kind: 'nkey'; readonly seed: string };

/** PEM texts, not paths. */
export interface NatsTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The connection to nats-server. */
export interface NatsOptions {
  /** `nats://host:port` or `tls://host:port`, the scheme optional; `user:password@` or `token@` is used unless `auth` says more. */
  readonly servers: readonly string[];
  readonly auth: NatsAuth;
  /** Present, even if empty: insist on TLS. */
  readonly tls?: NatsTls;
  /** Shown in the servers' monitoring. */
  readonly name?: string;
  /** Answers come to subjects below this one; the user must be allowed to subscribe to `<prefix>.>`. */
  readonly inboxPrefix?: string;
  /** For one server to shake hands. */
  readonly connectTimeoutMs?: number;
  /** Between two tries to connect; spread by a quarter. */
  readonly retryDelayMs?: number;
  /** Between two heartbeats; a connection that misses two is given up. */
  readonly heartbeatMs?: number;
  /** For the answers of all servers to one request. */
  readonly answerDeadlineMs?: number;
}

/** What {@link NatsOptions} leaves open. */
export const NATS_DEFAULTS = {
  name: 'nats-account-server',
  inboxPrefix: '_INBOX_as',
  // nats.js waits this long even when the server has gone away during the handshake.
  connectTimeoutMs: 3_000,
  retryDelayMs: 1_000,
  // A server that hangs takes every notice with it, also those for the others: another one is found within seconds.
  heartbeatMs: 2_000,
  answerDeadlineMs: 3_000,
} as const;

/** Options with nothing left open. */
export type CompleteNatsOptions = NatsOptions & Required<Omit<NatsOptions, 'tls'>>;

/** Fills in {@link NATS_DEFAULTS}. */
export function completeOptions(options: NatsOptions): CompleteNatsOptions {
  return { ...NATS_DEFAULTS, ...options };
}
