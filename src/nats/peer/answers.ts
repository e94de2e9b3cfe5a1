import type { AccountService, Outcome, Removal } from '../../accounts/ports.js';
import { isAccountKey } from '../../claims/keys.js';
import { isExpired } from '../../claims/validity.js';
import { readOutline } from '../../claims/verify.js';
import type { Log } from '../ports.js';
import { accountOfLookup } from '../subjects.js';
import { BoundedWork } from './bounded-work.js';
import type { PeerIdentity } from './identity.js';
import { sendPack, unexpired } from './pack.js';
import type { PeerMeter, PeerRequestKind } from './ports.js';
import type { PeerRequest } from './request.js';
import type { StoreHash } from './store-hash.js';

const UPDATE_FAILED = 'jwt update resulted in error';
const BUSY = 'too many requests are waiting; try again';

/** What a request that waits costs beside its payload, roughly. */
const REQUEST_BYTES = 1_000;

/** What the answers are made of. */
export interface AnswerParts {
  readonly accounts: AccountService;
  readonly hash: StoreHash;
  readonly identity: PeerIdentity;
  readonly meter: PeerMeter;
  readonly log: Log;
}

/** Answers the requests of servers and of nsc, in the words of a nats-server with a full resolver (server/accounts.go). */
export class Answers {
  /** Packs and lists: each may be of all accounts. */
  readonly #readings: BoundedWork;
  /** Updates and deletions; the cost is in bytes. */
  readonly #writes: BoundedWork;
  readonly #answers: Readonly<Record<PeerRequestKind, (request: PeerRequest) => void>> = {
    lookup: (request) => this.#lookup(request),
    pack: (request) => this.#pack(request),
    list: (request) => this.#list(request),
    update: (request) => this.#write('update', request, UPDATE_FAILED, () => this.#update(request)),
    delete: (request) =>
      this.#write('delete', request, 'delete accounts request failed', () => this.#delete(request)),
  };
  #stopped = false;

  constructor(private readonly parts: AnswerParts) {
    const failed = (error: unknown): void =>
      parts.log.error({ err: error }, 'a request over NATS could not be answered');
    this.#readings = new BoundedWork({ atOnce: 4, waiting: 100 }, failed);
    this.#writes = new BoundedWork({ atOnce: 4, waiting: 16_777_216 }, failed);
  }

  /** Answers one request. */
  answer(kind: PeerRequestKind, request: PeerRequest): void {
    this.#answers[kind](request);
  }

  /** Resolves when everything that was asked has been answered. */
  async idle(): Promise<void> {
    await Promise.all([this.#readings.idle(), this.#writes.idle()]);
  }

  /** Long answers are broken off. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Never an empty message: servers before 2.9.17 would store it, later ones take it for the word of a server and give up
   * (server/accounts.go fetch). Nor an expired token: it is of no use, and the first answer wins.
   */
  #lookup(request: PeerRequest): void {
    const found = this.parts.accounts.published.get(accountOfLookup(request.subject) ?? '');
    if (found === undefined || isExpired(found.account, nowSeconds())) {
      this.parts.meter.handled('lookup', 'unknown');
      return;
    }
    // As over HTTP: until the server has installed it, an update may be overtaken by this older version.
    found.lastServedAtMs = Date.now();
    request.reply(found.account.text);
    this.parts.meter.handled('lookup', 'answered');
  }

  #pack(request: PeerRequest): void {
    if (!request.isAnswered) return;
    const { hash, meter, accounts } = this.parts;
    if (Buffer.from(request.payload).equals(hash.at(nowSeconds()))) {
      request.reply('');
      meter.handled('pack', 'equal');
      return;
    }
    const taken = this.#readings.take(1, async () => {
      meter.handled('pack', await sendPack(request, accounts.published, nowSeconds(), () => this.#stopped));
    });
    if (!taken) meter.handled('pack', 'dropped');
  }

  #list(request: PeerRequest): void {
    if (!request.isAnswered) return;
    const taken = this.#readings.take(1, async () => this.#sendList(request));
    if (!taken) this.parts.meter.handled('list', 'dropped');
  }

  #sendList(request: PeerRequest): void {
    const { identity, meter, accounts } = this.parts;
    const keys = [...unexpired(accounts.published, nowSeconds())].map(({ accountKey }) => accountKey);
    const answer = identity.data(keys);
    const fits = answer.length <= request.largestReply;
    // nsc prints the reason; a list that was cut short would have it delete or miss accounts.
    const tooLong = `the list of ${keys.length} accounts does not fit into a message of ${request.largestReply} bytes; raise max_payload`;
    request.reply(fits ? answer : identity.failed('list request failed', tooLong));
    meter.handled('list', fits ? 'answered' : 'refused');
  }

  #write(kind: PeerRequestKind, request: PeerRequest, phase: string, work: () => Promise<void>): void {
    if (this.#writes.take(request.payload.length + REQUEST_BYTES, work)) return;
    request.reply(this.parts.identity.failed(phase, BUSY));
    this.parts.meter.handled(kind, 'dropped');
  }

  async #update(request: PeerRequest): Promise<void> {
    const { accounts, identity, meter } = this.parts;
    const outcome = await accounts.admit({ bytes: request.payload, origin: { kind: 'update' } });
    meter.handled('update', OUTCOMES[outcome.kind]);
    request.reply(updateAnswer(identity, outcome, request.payload));
  }

  async #delete(request: PeerRequest): Promise<void> {
    const { accounts, identity, meter } = this.parts;
    const removal = await accounts.remove(request.payload, { kind: 'update' });
    meter.handled('delete', removal.kind === 'removed' ? 'accepted' : 'refused');
    request.reply(deleteAnswer(identity, removal));
  }
}

/** What became of a candidate, as it is counted. */
export const OUTCOMES = {
  created: 'accepted',
  replaced: 'accepted',
  unchanged: 'unchanged',
  refused: 'refused',
} as const satisfies Record<Outcome['kind'], string>;

/** The time by which tokens are valid. */
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

function updateAnswer(identity: PeerIdentity, outcome: Outcome, payload: Uint8Array): string {
  if (outcome.kind !== 'refused') return identity.done('jwt updated', outcome.account.accountKey);
  const { code, message } = outcome.refusal;
  const phase = code.startsWith('claims.') ? 'jwt validation failed' : UPDATE_FAILED;
  return identity.failed(phase, message, subjectOf(payload));
}

/** The account that a refused token is about, as far as that is known. */
function subjectOf(payload: Uint8Array): string {
  const outline = readOutline(payload);
  return outline.ok && isAccountKey(outline.value.sub) ? outline.value.sub : 'n/a';
}

const deleteFailed = (issuer: string): string => `delete accounts request by ${issuer} failed`;

function deleteAnswer(identity: PeerIdentity, removal: Removal): string {
  if (removal.kind === 'refused') return identity.failed(deleteFailed(removal.issuer), removal.reason);
  const { requested, failures } = removal;
  const deleted = `deleted ${requested - failures.length} accounts`;
  if (failures.length === 0) return identity.done(deleted);
  return identity.failed(`${deleted}, failed for ${failures.length}`, failures.join('\n'));
}
