import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { messageOf } from '../failure.js';
import type { Log } from '../ports.js';

/** The connection that requests come in on, and answers go out by. */
export interface PeerLink {
  readonly connection: NatsConnection;
  readonly inboxPrefix: string;
  readonly log: Log;
}

/** One request, and the way to whoever asks. */
export class PeerRequest {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly #asker: string | undefined;

  constructor(
    { subject, data, reply }: Msg,
    private readonly link: PeerLink,
  ) {
    this.subject = subject;
    this.payload = data;
    this.#asker = reply !== undefined && isInbox(reply) ? reply : undefined;
  }

  /** Whether an answer is wanted. */
  get isAnswered(): boolean {
    return this.#asker !== undefined;
  }

  /** The most bytes that one answer may have. */
  get largestReply(): number {
    return this.link.connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
  }

  /** Sends one message to whoever asks, if an answer is wanted. Without headers: nobody expects any. Never throws. */
  reply(payload: string): void {
    this.#send(payload, {});
  }

  /** An answer of many messages. */
  stream(): ReplyStream {
    return new ReplyStream(this.link, (payload, reply) => this.#send(payload, { reply }));
  }

  #send(payload: string, options: { readonly reply?: string }): void {
    if (this.#asker === undefined) return;
    try {
      this.link.connection.publish(this.#asker, payload, options);
    } catch (error) {
      this.link.log.debug(
        { subject: this.subject, reason: messageOf(error) },
        'a request cannot be answered',
      );
    }
  }
}

/**
 * Nobody gets us to publish to subjects that he could not publish to himself: reply subjects are not checked against what
 * the asker may do.
 */
const isInbox = (subject: string): boolean => subject !== '' && !/^\$(?!SYS\._INBOX\.)/.test(subject);

/**
 * Messages that belong together. Each says where to complain, so that the server tells when nobody listens any more
 * (without that a hundred thousand accounts would be sent to somebody who has left).
 */
export class ReplyStream {
  readonly #complaints: string;
  readonly #subscription: Subscription;
  #left = false;

  constructor(
    private readonly link: PeerLink,
    private readonly publish: (payload: string, complaints: string) => void,
  ) {
    this.#complaints = createInbox(link.inboxPrefix);
    this.#subscription = link.connection.subscribe(this.#complaints, {
      callback: (error, message) => {
        if (error === null && message.headers?.code === 503) this.#left = true;
      },
    });
  }

  send(payload: string): void {
    this.publish(payload, this.#complaints);
  }

  /** Resolves when the server has taken all so far. False: whoever asked is gone, or the connection is. */
  async taken(): Promise<boolean> {
    try {
      await this.link.connection.flush();
    } catch {
      return false;
    }
    return !this.#left;
  }

  /** No more messages follow. */
  end(): void {
    this.#subscription.unsubscribe();
  }
}
