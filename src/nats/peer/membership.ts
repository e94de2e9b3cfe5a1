import { setTimeout as delay } from 'node:timers/promises';
import type { Msg, PermissionViolationError, Subscription } from '@nats-io/transport-node';
import type { Inbox } from '../inbox.js';
import type { Log } from '../ports.js';
import { USER_INFO_SUBJECT } from '../system/subjects.js';
import { readUserInfo, type UserInfo } from '../system/user-info.js';
import { covers, isComplete, type Missing, missingFor, NOTHING_MISSING, together } from './missing.js';
import type { PeerRequestKind } from './ports.js';
import { type PeerLink, PeerRequest } from './request.js';
import { PEER_SERVICES, type PeerService } from './services.js';

const USER_INFO_MS = 2_000;
/** Between two looks whether the accounts have been read. */
const NOT_READY_MS = 250;

/** What a membership needs to know of its owner. */
export interface MembershipParts {
  readonly answer: (kind: PeerRequestKind, request: PeerRequest) => void;
  /** All accounts have been read: nothing that we say is wrong for being incomplete. */
  readonly isReady: () => boolean;
  /** Only there is anybody who should be answered; undefined: the operator does not name it. */
  readonly systemAccount: () => string | undefined;
  readonly log: Log;
  /** What may not be done is a warning. */
  readonly wanted: boolean;
}

/**
 * Subscribes to the requests that can be answered, and only to those: who joins the queue group of the pack and then
 * cannot answer leaves servers without. Asks the server what we may do where it can tell (2.10), else finds out by trying.
 */
export class Membership {
  readonly #subscriptions = new Map<PeerService, Subscription>();
  /** Counts connections: what began on an earlier one no longer matters. */
  #turn = 0;
  /** We were told what we may do. */
  #told = false;
  #joining = false;
  #user = '';
  #missing: Missing = NOTHING_MISSING;
  #said = '';

  constructor(private readonly parts: MembershipParts) {}

  /** A connection stands. */
  async join(link: PeerLink, inbox: Inbox): Promise<void> {
    const turn = ++this.#turn;
    while (!this.parts.isReady()) {
      await delay(NOT_READY_MS, undefined, { ref: false });
      if (turn !== this.#turn) return;
    }
    const info = await askWhoWeAre(inbox);
    if (turn !== this.#turn) return;
    this.#told = info !== undefined;
    this.#user = info?.user ?? '';
    if (this.#isElsewhere(info)) return;
    const missing = PEER_SERVICES.map((service) => missingFor(service, info?.permissions));
    this.#missing = together(missing);
    this.#joining = true;
    for (const [index, service] of PEER_SERVICES.entries())
      if (isComplete(missing[index] ?? NOTHING_MISSING)) this.#subscribe(service, link);
    // By then the server has taken, or refused, them all.
    await link.connection.flush().catch(() => undefined);
    if (turn !== this.#turn) return;
    this.#joining = false;
    this.#report();
  }

  /** The connection is gone. */
  lost(): void {
    this.#turn++;
    for (const subscription of this.#subscriptions.values()) subscription.unsubscribe();
    this.#subscriptions.clear();
  }

  /** No more requests are taken; first none for the whole pack. Resolves when those on their way have come in. */
  async leave(): Promise<void> {
    this.#turn++;
    const [packs, others] = [[] as Subscription[], [] as Subscription[]];
    for (const [{ queue }, subscription] of this.#subscriptions)
      (queue === undefined ? others : packs).push(subscription);
    this.#subscriptions.clear();
    for (const subscriptions of [packs, others])
      await Promise.allSettled(subscriptions.map((subscription) => subscription.drain()));
  }

  /** The server refused something; true: it was ours, and is taken care of. */
  denied({ operation, subject }: PermissionViolationError): boolean {
    if (operation === 'publish') return subject === USER_INFO_SUBJECT || this.#mayNotReply(subject);
    // The subscription itself has heard of it, and earlier.
    return PEER_SERVICES.some((service) => service.subject === subject);
  }

  #isElsewhere(info: UserInfo | undefined): boolean {
    const systemAccount = this.parts.systemAccount();
    if (info === undefined || systemAccount === undefined || info.account === systemAccount) return false;
    const facts = { account: info.account, systemAccount };
    this.#say(
      !this.parts.wanted,
      facts,
      'the resolver peer is off: the NATS user is not one of the system account',
    );
    return true;
  }

  #mayNotReply(subject: string): boolean {
    const isThere = (inbox: string): boolean => covers(inbox, subject);
    const services = PEER_SERVICES.filter(({ replies }) => replies.some(isThere));
    if (this.#told || services.length === 0) return false;
    this.#withdraw(services, {
      subscribe: [],
      publish: services.flatMap(({ replies }) => replies.filter(isThere)),
    });
    return true;
  }

  #withdraw(services: readonly PeerService[], missing: Missing): void {
    for (const service of services) {
      this.#subscriptions.get(service)?.unsubscribe();
      this.#subscriptions.delete(service);
    }
    this.#missing = together([this.#missing, missing]);
    this.#report();
  }

  #subscribe(service: PeerService, link: PeerLink): void {
    const { subject, queue, kind } = service;
    const callback = (error: Error | null, message: Msg): void => {
      if (error === null) this.#answer(kind, new PeerRequest(message, link));
      else this.#withdraw([service], { subscribe: [subject], publish: [] });
    };
    const options = queue === undefined ? { callback } : { callback, queue };
    this.#subscriptions.set(service, link.connection.subscribe(subject, options));
  }

  /** An exception would end the connection. */
  #answer(kind: PeerRequestKind, request: PeerRequest): void {
    try {
      this.parts.answer(kind, request);
    } catch (error) {
      this.parts.log.error({ request: kind, err: error }, 'a request over NATS could not be answered');
    }
  }

  #report(): void {
    if (this.#joining) return;
    const answering = [...this.#subscriptions.keys()].map(({ kind }) => kind);
    if (isComplete(this.#missing)) this.#say(true, { answering }, 'resolver peer: answering servers and nsc');
    else {
      const facts = { answering, ...this.#missing };
      this.#say(!this.parts.wanted, facts, whatIsMissing(answering, this.#missing));
    }
  }

  /** Once for each user and state, however often the connection comes back. */
  #say(isFine: boolean, facts: object, message: string): void {
    const said = JSON.stringify([this.#user, facts, message]);
    if (said === this.#said) return;
    this.#said = said;
    this.parts.log[isFine ? 'info' : 'warn'](facts, message);
  }
}

function whatIsMissing(answering: readonly string[], { subscribe, publish }: Missing): string {
  const needed = [
    ...(subscribe.length > 0 ? [`subscribe to ${subscribe.join(', ')}`] : []),
    ...(publish.length > 0 ? [`respond without limit (or publish to ${publish.join(', ')})`] : []),
  ];
  const now = answering.length === 0 ? 'is off' : `answers ${answering.join(', ')} only`;
  return `the resolver peer ${now}: for the rest the NATS user must be allowed to ${needed.join(' and to ')}`;
}

/** Undefined: the server does not tell, be it that it is older than 2.10 or that we may not ask. */
async function askWhoWeAre(inbox: Inbox): Promise<UserInfo | undefined> {
  let info: UserInfo | undefined;
  await inbox.ask({
    subject: USER_INFO_SUBJECT,
    payload: '',
    deadlineMs: USER_INFO_MS,
    answered(payload) {
      const answer = readUserInfo(payload);
      info = answer?.ok ? answer.value : undefined;
      return info !== undefined;
    },
  });
  return info;
}
