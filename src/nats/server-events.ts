import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { WireEvent } from '../fleet/ports.js';
import { readStatsz } from './statsz.js';
import {
  accountOfUpdate,
  parseServerEvent,
  SERVER_EVENTS,
  serverEventSubject,
  UPDATE_SUBJECTS,
} from './subjects.js';

/** Looks at an update that somebody sent to the servers; calls `doubt` unless it knows that nothing has gone wrong. */
export type UpdateReader = (accountKey: string, payload: Uint8Array, doubt: () => void) => void;

/** Follows what servers announce, and updates that others send. What the user may not hear is simply not heard. */
export class ServerEvents {
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(
    private readonly emit: (event: WireEvent) => void,
    private readonly readUpdate: UpdateReader = (_accountKey, _payload, doubt) => doubt(),
  ) {}

  /** Subscribes to what is not subscribed to yet; after a refusal another connection may be luckier. */
  follow(connection: NatsConnection, isNew: boolean): void {
    if (isNew) this.#subscriptions.clear();
    for (const subject of [...SERVER_EVENTS.map(serverEventSubject), ...UPDATE_SUBJECTS]) {
      if (this.#subscriptions.get(subject)?.isClosed() === false) continue;
      const subscription = connection.subscribe(subject, {
        // Refusals are reported by the connection.
        callback: (error, message) => {
          if (error === null) this.#heard(message);
        },
      });
      this.#subscriptions.set(subject, subscription);
    }
  }

  #heard(message: Msg): void {
    const event = readEvent(message.subject, message.data);
    if (event?.kind === 'foreign_update')
      this.readUpdate(event.accountKey, message.data, () => this.emit(event));
    else if (event !== undefined) this.emit(event);
  }
}

/** What a message on one of the subjects means; undefined: nothing that we know. */
export function readEvent(subject: string, payload: Uint8Array): WireEvent | undefined {
  const accountKey = accountOfUpdate(subject);
  if (accountKey !== undefined) return { kind: 'foreign_update', accountKey };
  const event = parseServerEvent(subject);
  switch (event?.kind) {
    case 'STATSZ': {
      const server = readStatsz(payload)?.server;
      return server === undefined ? undefined : { kind: 'server_seen', server };
    }
    case 'SHUTDOWN':
      return { kind: 'server_gone', serverId: event.serverId };
    case 'LAMEDUCK':
      return { kind: 'server_leaving', serverId: event.serverId };
    case undefined:
      return undefined;
  }
}
