/** Structured logging, in the shape of pino: facts first, then one sentence. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Why there is no connection. */
export type AwayReason =
  /** Nobody listens there, or the name is not known. */
  | 'unreachable'
  /** Somebody listens, but does not speak NATS in time. */
  | 'no_answer'
  /** The server does not accept who we are. */
  | 'refused'
  /** The server does not accept us any more: the user JWT has expired. */
  | 'expired'
  | 'tls'
  /** Our own options cannot be used at all: an address, or credentials that are none. */
  | 'bad_options'
  /** There was a connection, and it broke. */
  | 'lost'
  | 'other';

/** Counts in the words of this room; observability gives the real one. */
export interface ConnectionMeter {
  /** After each change. */
  connected(yes: boolean): void;
  /** A connection that was lost is back. */
  reconnected(): void;
  /** One try to connect failed. */
  attemptFailed(reason: AwayReason): void;
  /** The user may not publish or subscribe to something. */
  permissionDenied(): void;
}

/** A meter that counts nothing. */
export const NO_CONNECTION_METER: ConnectionMeter = {
  connected() {},
  reconnected() {},
  attemptFailed() {},
  permissionDenied() {},
};
