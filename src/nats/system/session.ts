import { connect, errors, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { dial, hangUp } from '../dial.js';
import { messageOf } from '../failure.js';
import { Inbox } from '../inbox.js';
import type { NatsOptions } from '../options.js';
import { permissionFor } from '../permissions.js';
import { connectionOptions, makePlan } from '../plan.js';
import type { Log } from '../ports.js';
import type { Answered, RequestFailure, SystemRequest } from './answered.js';

/** What becomes of the connection while events are followed. */
export type SessionNews =
  | { readonly kind: 'lost' }
  | { readonly kind: 'back'; readonly server: string }
  | { readonly kind: 'trouble'; readonly message: string };

/** The server at the other end. */
export interface ConnectedServer {
  readonly id: string;
  readonly name: string;
  readonly version: string;
}

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A connection for a few requests, or to follow events with; it comes back by itself when it is lost. */
export class SystemSession {
  readonly #inbox: Inbox;
  readonly #denied = new Map<string, RequestFailure>();
  #hear: (news: SessionNews) => void = () => undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly inboxPrefix: string,
  ) {
    this.#inbox = new Inbox(connection, inboxPrefix, SILENT);
    void this.#watch();
  }

  get server(): ConnectedServer {
    const { server_id: id = '', server_name: name = '', version = '' } = this.connection.info ?? {};
    return { id, name: name || id, version };
  }

  /**
   * Asks. `take` gets every answer with the time since the question, and says when no more are needed.
   * @returns undefined when enough answers came or the time is over, else why it ended before
   */
  async ask(
    request: SystemRequest,
    take: (payload: Uint8Array, afterMs: number) => boolean,
  ): Promise<RequestFailure | undefined> {
    const { subject, payload = '', timeoutMs } = request;
    const askedAt = performance.now();
    const answered = (bytes: Uint8Array): boolean => take(bytes, performance.now() - askedAt);
    const end = await this.#inbox.ask({ subject, payload, deadlineMs: timeoutMs, answered });
    switch (end) {
      case 'complete':
      case 'deadline':
        return undefined;
      case 'nobody':
        return { kind: 'nobody', subject };
      case 'denied':
        return this.#denied.get(subject) ?? this.#denied.get(INBOX);
      case 'lost':
      case 'unsendable':
        return { kind: 'lost' };
    }
  }

  /** Asks for one answer; payloads that `read` does not understand are passed over. */
  async askOne<T>(
    request: SystemRequest,
    read: (payload: Uint8Array) => Answered<T> | undefined,
  ): Promise<Answered<T>> {
    let answer: Answered<T> | undefined;
    const failure = await this.ask(request, (payload) => {
      answer ??= read(payload);
      return answer !== undefined;
    });
    const { subject, timeoutMs: waitedMs } = request;
    return answer ?? { ok: false, failure: failure ?? { kind: 'silent', subject, waitedMs } };
  }

  /**
   * Subscribes, also on the connections that follow this one.
   * @returns why the server does not allow it
   */
  async follow(subject: string, heard: (message: Msg) => void): Promise<RequestFailure | undefined> {
    let denied = false;
    this.connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) heard(message);
        else denied = true;
      },
    });
    try {
      // The server refuses before it answers this.
      await this.connection.flush();
    } catch {
      return { kind: 'lost' };
    }
    return denied ? { kind: 'denied', operation: 'subscribe', subject } : undefined;
  }

  /** Who hears of the connection from now on. */
  listen(hear: (news: SessionNews) => void): void {
    this.#hear = hear;
  }

  /** Ends when the connection cannot be had back, or was closed. */
  async closed(): Promise<void> {
    await this.connection.closed();
  }

  async close(): Promise<void> {
    await hangUp(this.connection, !this.connection.isClosed());
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') {
        this.#inbox.lost();
        this.#hear({ kind: 'lost' });
      } else if (status.type === 'reconnect') this.#hear({ kind: 'back', server: this.server.name });
      else if (status.type === 'error') this.#erred(status.error);
    }
  }

  #erred(error: Error): void {
    if (!(error instanceof errors.PermissionViolationError)) {
      this.#hear({ kind: 'trouble', message: messageOf(error) });
      return;
    }
    const subject = permissionFor(error.subject, this.inboxPrefix);
    if (error.operation === 'publish') {
      this.#denied.set(error.subject, { kind: 'denied', operation: 'publish', subject });
      this.#inbox.denied(error.subject);
    } else if (this.#inbox.is(error.subject)) {
      this.#denied.set(INBOX, { kind: 'denied', operation: 'subscribe', subject });
      this.#inbox.denied(undefined);
    }
  }
}

/** Stands for our inbox among the subjects. */
const INBOX = '';

/**
 * Connects. `roams`: when the connection is lost, it may come back at any server of the cluster.
 * @throws Error for which `reasonOf` has a reason
 */
export async function openSession(options: NatsOptions, { roams = false } = {}): Promise<SystemSession> {
  const plan = makePlan(options);
  const { inboxPrefix } = plan.options;
  const wanted = connectionOptions(plan, plan.hosts, plan.authenticator);
  // Otherwise a server that refuses us names others, and we would hear what the last of them has against us.
  const connection = await connect({ ...wanted, ignoreClusterUpdates: true });
  if (!roams) return new SystemSession(connection, inboxPrefix);
  await connection.close();
  return new SystemSession(await dial(plan, false, plan.authenticator), inboxPrefix);
}
