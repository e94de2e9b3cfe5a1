import { createInbox, type Msg, type NatsConnection, nuid, type Subscription } from '@nats-io/transport-node';
import type { GatherEnd } from '../fleet/ports.js';
import { messageOf } from './failure.js';
import type { Log } from './ports.js';

/** A request that many may answer. */
export interface Question {
  readonly subject: string;
  readonly payload: string;
  readonly deadlineMs: number;
  /** Takes an answer; true: no more are needed. */
  answered(payload: Uint8Array): boolean;
}

interface Asking {
  readonly subject: string;
  readonly answered: (payload: Uint8Array) => boolean;
  readonly end: (how: GatherEnd) => void;
}

/**
 * Asks and collects the answers on one subscription. Unlike `requestMany` of nats.js it ends when those have answered
 * whom the caller waits for, and at once when the connection is lost. Requests carry no headers: full and cache resolvers
 * take headers for a part of the token (nats-server server/accounts.go).
 */
export class Inbox {
  readonly #asking = new Map<string, Asking>();
  readonly #subject: string;
  #subscription: Subscription | undefined;

  constructor(
    private readonly connection: NatsConnection,
    prefix: string,
    private readonly log: Log,
  ) {
    this.#subject = createInbox(prefix);
  }

  /** Resolves when enough answers are in, or no more will come; never rejects. */
  ask(question: Question): Promise<GatherEnd> {
    return new Promise((resolve) => {
      const token = nuid.next();
      const timer = setTimeout(() => end('deadline'), question.deadlineMs);
      const end = (how: GatherEnd): void => {
        clearTimeout(timer);
        if (this.#asking.delete(token)) resolve(how);
      };
      const { subject } = question;
      this.#asking.set(token, { subject, answered: (payload) => question.answered(payload), end });
      this.#publish(question, token, end);
    });
  }

  /** The connection is lost: nobody will answer any more. */
  lost(): void {
    for (const { end } of [...this.#asking.values()]) end('lost');
  }

  /** The server refused a request, or (`subject` undefined) the inbox itself. */
  denied(subject: string | undefined): void {
    for (const asking of [...this.#asking.values()])
      if (subject === undefined || asking.subject === subject) asking.end('denied');
  }

  /** Whether a subject that may not be subscribed to is this inbox. */
  is(subject: string): boolean {
    return subject === `${this.#subject}.*`;
  }

  #publish({ subject, payload }: Question, token: string, end: (how: GatherEnd) => void): void {
    try {
      this.#subscribe();
      this.connection.publish(subject, payload, { reply: `${this.#subject}.${token}` });
    } catch (error) {
      this.log.error({ subject, reason: messageOf(error) }, 'a request cannot be sent');
      end('unsendable');
    }
  }

  #subscribe(): void {
    if (this.#subscription?.isClosed() === false) return;
    this.#subscription = this.connection.subscribe(`${this.#subject}.*`, {
      callback: (error, message) => {
        if (error === null) this.#take(message);
      },
    });
  }

  #take(message: Msg): void {
    const asking = this.#asking.get(message.subject.slice(this.#subject.length + 1));
    if (asking === undefined) return;
    if (message.data.length === 0 && message.headers?.code === 503) asking.end('nobody');
    else if (asking.answered(message.data)) asking.end('complete');
  }
}
