import type {
  FleetWire,
  GatherEnd,
  Gathered,
  LoadedAnswer,
  UpdateAnswer,
  WireEvent,
} from '../fleet/ports.js';
import { accountzRequest, readAccountNames, readLoadedAnswer } from './accountz.js';
import type { Inbox } from './inbox.js';
import { readStatsz } from './statsz.js';
import { accountzSubject, PING_ACCOUNTZ_SUBJECT, PING_SUBJECT, updateSubject } from './subjects.js';
import { readUpdateAnswer } from './update-answer.js';

/** An answer that says whose it is. */
interface Signed {
  readonly server: { readonly id: string };
}

/** Speaks with the nats-servers for the fleet, over whichever connection stands. */
export class NatsWire implements FleetWire {
  #inbox: Inbox | undefined;
  #listener: (event: WireEvent) => void = () => undefined;

  constructor(private readonly deadlineMs: () => number) {}

  /** A connection stands: questions go through its inbox from now on. */
  up(inbox: Inbox): void {
    this.#inbox = inbox;
    this.emit({ kind: 'connected' });
  }

  /** It is gone. */
  down(): void {
    this.#inbox?.lost();
    this.#inbox = undefined;
    this.emit({ kind: 'disconnected' });
  }

  emit(event: WireEvent): void {
    this.#listener(event);
  }

  connected(): boolean {
    return this.#inbox !== undefined;
  }

  listen(listener: (event: WireEvent) => void): void {
    this.#listener = listener;
  }

  /** Complete when as many have answered as the one that knows most knows of. */
  discover(): Promise<GatherEnd> {
    const seen = new Set<string>();
    let expected = 1;
    return this.#ask(PING_SUBJECT, '', (payload) => {
      const statsz = readStatsz(payload);
      if (statsz === undefined) return false;
      seen.add(statsz.server.id);
      expected = Math.max(expected, statsz.activeServers);
      this.emit({ kind: 'server_seen', server: statsz.server });
      return seen.size >= expected;
    });
  }

  update(accountKey: string, text: string, awaited: ReadonlySet<string>): Promise<Gathered<UpdateAnswer>> {
    return this.#gather(updateSubject(accountKey), text, awaited, readUpdateAnswer);
  }

  async loadedAccounts(serverId: string): Promise<Gathered<readonly string[]>> {
    const answers: (readonly string[])[] = [];
    const end = await this.#ask(accountzSubject(serverId), '', (payload) => {
      const names = readAccountNames(payload);
      if (names !== undefined) answers.push(names);
      return names !== undefined;
    });
    return { answers, end };
  }

  loadedJwt(accountKey: string, asked: string | ReadonlySet<string>): Promise<Gathered<LoadedAnswer>> {
    const one = typeof asked === 'string';
    const subject = one ? accountzSubject(asked) : PING_ACCOUNTZ_SUBJECT;
    return this.#gather(
      subject,
      accountzRequest(accountKey),
      one ? new Set([asked]) : asked,
      readLoadedAnswer,
    );
  }

  async #gather<Answer extends Signed>(
    subject: string,
    payload: string,
    awaited: ReadonlySet<string>,
    read: (payload: Uint8Array) => Answer | undefined,
  ): Promise<Gathered<Answer>> {
    const answers = new Map<string, Answer>();
    const missing = new Set(awaited);
    const end = await this.#ask(subject, payload, (bytes) => {
      const answer = read(bytes);
      if (answer === undefined) return false;
      answers.set(answer.server.id, answer);
      missing.delete(answer.server.id);
      return missing.size === 0 && awaited.size > 0;
    });
    return { answers: [...answers.values()], end };
  }

  #ask(subject: string, payload: string, answered: (payload: Uint8Array) => boolean): Promise<GatherEnd> {
    if (this.#inbox === undefined) return Promise.resolve('lost');
    return this.#inbox.ask({ subject, payload, deadlineMs: this.deadlineMs(), answered });
  }
}
