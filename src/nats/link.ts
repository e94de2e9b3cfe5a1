import type { NatsConnection } from '@nats-io/transport-node';
import type { FleetWire } from '../fleet/ports.js';
import { Connection } from './connection.js';
import { Inbox } from './inbox.js';
import type { LinkState } from './link-state.js';
import { completeOptions, type NatsOptions } from './options.js';
import type { ResolverPeer } from './peer/peer.js';
import { Permissions } from './permissions.js';
import { type ConnectionMeter, type Log, NO_CONNECTION_METER } from './ports.js';
import { ServerEvents } from './server-events.js';
import { NatsWire } from './wire.js';

/** Everything that goes to and comes from NATS. */
export interface NatsLink {
  /** What the fleet speaks through. */
  readonly wire: FleetWire;
  state(): LinkState;
  /** The connection while it stands; it may be another one after each `connected` event. */
  connection(): NatsConnection | undefined;
  /** Begins to connect and goes on trying; returns at once, whatever NATS does. */
  start(): void;
  /** Goes over to other servers, credentials or certificates. Options that cannot be used are logged and not taken. */
  reload(options: NatsOptions): void;
  /** Ends the connection within about a second, or three when the peer is still answering. */
  close(): Promise<void>;
}

/** What a link needs of its surroundings. */
export interface LinkPorts {
  readonly log: Log;
  readonly meter?: ConnectionMeter;
  /** Answers requests over this link. */
  readonly peer?: ResolverPeer | undefined;
}

/** Makes the link; nothing happens before {@link NatsLink.start}. Never throws: unusable options are a state. */
export function createNatsLink(
  given: NatsOptions,
  { log, meter = NO_CONNECTION_METER, peer }: LinkPorts,
): NatsLink {
  let options = completeOptions(given);
  let inbox: Inbox | undefined;
  let inboxOf: NatsConnection | undefined;
  const permissions = new Permissions(() => options.inboxPrefix, meter, log);
  const wire = new NatsWire(() => options.answerDeadlineMs);
  const events = new ServerEvents(
    (event) => wire.emit(event),
    peer && ((accountKey, payload, doubt) => peer.foreignUpdate(accountKey, payload, doubt)),
  );
  const connection = new Connection(
    given,
    {
      up: (established) => {
        const isNew = established !== inboxOf;
        if (inbox === undefined || isNew) inbox = new Inbox(established, options.inboxPrefix, log);
        inboxOf = established;
        events.follow(established, isNew);
        wire.up(inbox);
        peer?.up(established, inbox, options.inboxPrefix);
      },
      down: () => {
        peer?.down();
        wire.down();
      },
      denied: (violation) => {
        if (!peer?.denied(violation)) permissions.violated(violation);
        if (violation.operation === 'publish') inbox?.denied(violation.subject);
        else if (inbox?.is(violation.subject)) inbox.denied(undefined);
      },
    },
    meter,
    log,
  );
  return {
    wire,
    state: () => connection.state,
    connection: () => connection.established,
    start: () => connection.start(),
    reload: (next) => {
      options = completeOptions(next);
      permissions.forget();
      connection.reload(next);
    },
    async close() {
      await peer?.close();
      await connection.close();
    },
  };
}
