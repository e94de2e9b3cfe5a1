import type { NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import type { ChangeListener } from '../../accounts/ports.js';
import type { Precedence, StrangeTexts } from '../../fleet/ports.js';
import type { Inbox } from '../inbox.js';
import { withinTime } from '../within-time.js';
import { Answers } from './answers.js';
import { ForeignUpdates } from './foreign-updates.js';
import { PeerIdentity } from './identity.js';
import { Membership } from './membership.js';
import { NO_PEER_METER, type PeerParts } from './ports.js';
import { StoreHash } from './store-hash.js';

/** So long a pack that is being sent may take when we are about to leave. */
const FAREWELL_MS = 1_500;

/**
 * Answers, over NATS, what a nats-server with a full resolver answers: requests of servers for accounts that they lack,
 * and those of `nsc push`, `nsc pull` and `nats auth account`. And takes in the updates that others send to servers.
 */
export class ResolverPeer implements StrangeTexts {
  readonly #hash: StoreHash;
  readonly #answers: Answers;
  readonly #membership: Membership;
  readonly #foreign: ForeignUpdates;
  #closed = false;

  constructor(private readonly parts: PeerParts) {
    const { accounts, log, meter = NO_PEER_METER, version, wanted = false } = parts;
    this.#hash = new StoreHash(accounts.published);
    const identity = new PeerIdentity(version);
    this.#answers = new Answers({ accounts, hash: this.#hash, identity, meter, log });
    this.#foreign = new ForeignUpdates(accounts, meter, log);
    this.#membership = new Membership({
      answer: (kind, request) => this.#answers.answer(kind, request),
      isReady: () => accounts.readiness().loaded,
      systemAccount: () => accounts.operator?.systemAccount,
      log,
      wanted,
    });
  }

  /** Has to hear of every change of what is published, from the construction on. */
  get changes(): ChangeListener {
    return {
      published: ({ account, previous }) => this.#hash.published(account, previous),
      withdrawn: (account) => this.#hash.withdrawn(account),
    };
  }

  /** A connection stands. */
  up(connection: NatsConnection, inbox: Inbox, inboxPrefix: string): void {
    if (this.#closed) return;
    const { log } = this.parts;
    void this.#membership.join({ connection, inboxPrefix, log }, inbox);
  }

  /** It is gone. */
  down(): void {
    this.#membership.lost();
  }

  /** The server refused something; true: it was the peer's, and is taken care of. */
  denied(violation: PermissionViolationError): boolean {
    return this.#membership.denied(violation);
  }

  /** Somebody sent a text for an account to the servers. `doubt` is called unless that is published here, or comes to be. */
  foreignUpdate(accountKey: string, payload: Uint8Array, doubt: () => void): void {
    if (this.#closed) return;
    if (this.parts.accounts.readiness().loaded) this.#foreign.heard(accountKey, payload, doubt);
    else doubt();
  }

  /** A server runs another text than the published one: a newer one that is trusted is taken in, and stays in any case. */
  async judge(accountKey: string, text: string): Promise<Precedence> {
    if (this.#closed || !this.parts.accounts.readiness().loaded) return 'theirs';
    return this.#foreign.judge(accountKey, text);
  }

  /** Takes no more requests and answers those that came in; gives up after a moment. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#foreign.stop();
    const answered = this.#membership.leave().then(() => this.#answers.idle());
    await withinTime(answered, FAREWELL_MS);
    this.#answers.stop();
  }
}
