import { setTimeout as delay } from 'node:timers/promises';
import type { Refusal } from '../../accounts/errors.js';
import type { AccountService, Outcome } from '../../accounts/ports.js';
import { decodeJwt } from '../../claims/decode.js';
import { isAccountKey } from '../../claims/keys.js';
import type { Precedence } from '../../fleet/ports.js';
import type { Log } from '../ports.js';
import { OUTCOMES } from './answers.js';
import type { PeerMeter } from './ports.js';

/** Tokens that are judged at once. */
const AT_ONCE = 4;
/** More than this is not kept waiting. */
const WAITING_BYTES = 67_108_864;
const WAITING_ACCOUNTS = 20_000;
/** After a token that was refused: judging costs processor time, and whoever sends bad ones may send many. */
const REFUSED_PAUSE_MS = 4;

interface Waiting {
  readonly bytes: Uint8Array;
  /** Calls for a look at what the servers run. */
  readonly doubt: () => void;
}

/**
 * Takes in the account JWTs that others send to the nats-servers: through the door, the newest of each account. What is
 * refused, or not even looked at, may have replaced what is published on the servers all the same, so that is doubted.
 */
export class ForeignUpdates {
  /** What is published has its turn before what nobody knows. */
  readonly #known = new Map<string, Waiting>();
  readonly #unknown = new Map<string, Waiting>();
  #waitingBytes = 0;
  #judging = 0;
  #overflowing = false;

  constructor(
    private readonly accounts: AccountService,
    private readonly meter: PeerMeter,
    private readonly log: Log,
  ) {}

  /** Somebody sent a text for an account to the servers. */
  heard(accountKey: string, payload: Uint8Array, doubt: () => void): void {
    if (!isAccountKey(accountKey)) return;
    if (this.#isPublished(accountKey, payload)) {
      this.meter.handled('foreign_update', 'unchanged');
      return;
    }
    this.#take(accountKey);
    if (this.#isFull(payload)) {
      this.#overflow(doubt);
      return;
    }
    const waiting = this.accounts.published.get(accountKey) === undefined ? this.#unknown : this.#known;
    // The payload is a part of a larger buffer, which would be kept from being freed.
    waiting.set(accountKey, { bytes: payload.slice(), doubt });
    this.#waitingBytes += payload.length;
    if (this.#judging < AT_ONCE) void this.#judgeAll();
  }

  /** A server runs this text while another one is published: takes it in if it is newer, and says whose is to stay. */
  async judge(accountKey: string, text: string): Promise<Precedence> {
    if (this.#isOlder(accountKey, text)) return 'ours';
    const outcome = await this.#admit(accountKey, Buffer.from(text));
    return outcome.kind !== 'refused' || isGood(outcome.refusal) ? 'theirs' : 'ours';
  }

  /** Forgets what has not been judged yet. */
  stop(): void {
    this.#known.clear();
    this.#unknown.clear();
    this.#waitingBytes = 0;
  }

  #isPublished(accountKey: string, payload: Uint8Array): boolean {
    const text = this.accounts.published.get(accountKey)?.account.text;
    return (
      text !== undefined && text.length === payload.length && Buffer.from(payload).equals(Buffer.from(text))
    );
  }

  #isFull(payload: Uint8Array): boolean {
    const accounts = this.#known.size + this.#unknown.size;
    return accounts >= WAITING_ACCOUNTS || this.#waitingBytes + payload.length > WAITING_BYTES;
  }

  #overflow(doubt: () => void): void {
    this.meter.handled('foreign_update', 'dropped');
    if (!this.#overflowing)
      this.log.warn({}, 'others send account updates faster than they can be judged; some are not taken in');
    this.#overflowing = true;
    doubt();
  }

  /** Takes what waits for an account out of the line. */
  #take(accountKey: string): Waiting | undefined {
    const waiting = this.#known.get(accountKey) ?? this.#unknown.get(accountKey);
    this.#waitingBytes -= waiting?.bytes.length ?? 0;
    this.#known.delete(accountKey);
    this.#unknown.delete(accountKey);
    return waiting;
  }

  async #judgeAll(): Promise<void> {
    this.#judging++;
    for (;;) {
      const [accountKey = this.#unknown.keys().next().value] = this.#known.keys();
      const next = accountKey === undefined ? undefined : this.#take(accountKey);
      if (accountKey === undefined || next === undefined) break;
      await this.#judge(accountKey, next);
    }
    this.#judging--;
    if (this.#judging === 0) this.#overflowing = false;
  }

  /** What everybody's own earlier version looks like, after an outage by the thousand: it need not go through the door. */
  #isOlder(accountKey: string, text: string): boolean {
    const published = this.accounts.published.get(accountKey)?.account;
    const decoded = decodeJwt(text);
    return (
      published !== undefined && decoded.ok && Number(decoded.value.claims.iat) < published.issuedAtSeconds
    );
  }

  async #admit(accountKey: string, bytes: Uint8Array): Promise<Outcome> {
    const origin = { kind: 'update', sentToServers: true } as const;
    const outcome = await this.accounts.admit({ bytes, origin, expectedKey: accountKey });
    this.meter.handled('foreign_update', OUTCOMES[outcome.kind]);
    return outcome;
  }

  async #judge(accountKey: string, { bytes, doubt }: Waiting): Promise<void> {
    const outcome = await this.#admit(accountKey, bytes);
    if (outcome.kind === 'refused' && !isGood(outcome.refusal)) doubt();
    await delay(outcome.kind === 'refused' ? REFUSED_PAUSE_MS : 0);
  }
}

/**
 * Whether a token is refused only because it cannot be kept here: it is trusted, and newer than ours. To put ours back
 * would let in again whom the newer one revokes.
 */
const isGood = ({ code }: Refusal): boolean => code.startsWith('store.') || code.startsWith('name.');
