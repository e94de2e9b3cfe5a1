import type { TrustedAccount, TrustedOperator } from '../claims/jwt.js';
import type { Refusal, RefusalCode } from './errors.js';
import type { Pending } from './ledger.js';

/** Structured logging, in the shape of pino: facts first, then one sentence. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** The time, passed in so that tests can move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** Where a candidate came from: decides the age rules and is named in logs. */
export type Origin =
  /** Pushed over HTTP. */
  | { readonly kind: 'push'; readonly remoteAddress?: string; readonly pusher?: string }
  /** Stands in a directory: the administrator's word. */
  | { readonly kind: 'directory'; readonly slot: string }
  /** Sent by another system account user over NATS; with `sentToServers` it went to the nats-servers as well. */
  | { readonly kind: 'update'; readonly sentToServers?: true };

/**
 * What a store found in one of its slots. A slot is a place that holds one account JWT: for directories a file, named
 * by its path below the store's root.
 */
export interface SlotReading {
  readonly slot: string;
  /** The bytes as they stand there; may be empty, half-written or anything else. Lent: after the call they are others. */
  readonly bytes: Uint8Array;
  readonly modifiedAtMs: number;
  /** nsc layout: the directory name, which nsc keeps equal to the claim name. */
  readonly expectedName?: string;
  /** `<key>.jwt` layout: the key that the file name promises; another subject is refused. */
  readonly expectedKey?: string;
  /** It was read before, was unsettled, and has stood there for a while since: nobody is still writing it. */
  readonly settled?: true;
}

/**
 * The answer to a reading. `unsettled`: the text does not decode, so it may be half-written; look again shortly (the
 * last good one is served meanwhile) and, if it stays so, report it once more as `settled`. `deferred`: kept and judged
 * later; whoever has to know reports it once more.
 */
export type SlotVerdict = 'accepted' | 'unchanged' | 'refused' | 'unsettled' | 'deferred';

/** Hears what a store sees. Calls are synchronous and never throw: the store's reading order is the order of effect. */
export interface StoreListener {
  /** A slot was read. */
  slotRead(reading: SlotReading): SlotVerdict;
  /** A slot is there but cannot be read (permissions, a FIFO, too large): its last good account stays served. */
  slotUnreadable(slot: string, problem: string): void;
  /** A slot is gone for good: a sweep or a second look confirmed it. */
  slotGone(slot: string): void;
  /** The operator JWT that stands in the store (nsc layout only), on the first read and after each change. */
  operatorRead(file: string, bytes: Uint8Array): void;
  /** The operator JWT cannot be read; the last good one stays in force. */
  operatorUnreadable(file: string, problem: string): void;
  /** The root is missing, unreadable or emptied at one blow: everything last good stays served. */
  storeUnavailable(problem: string): void;
  /** The root is back; a full set of readings has been given. */
  storeAvailable(): void;
  /** A complete look at everything has ended. */
  swept(report: SweepReport): void;
}

/** What a complete look at everything found. */
export interface SweepReport {
  readonly slots: number;
  readonly changed: number;
  readonly durationMs: number;
}

/** Where account JWTs live. Every implementation passes the one contract suite in `test/store/contract.ts`. */
export interface AccountStore {
  /** For logs and /readyz: `nsc directory /srv/nsc/stores/acme`. */
  readonly description: string;
  /** Whether {@link save} may be called. */
  readonly writable: boolean;
  /** Reads everything once, reporting each slot, then goes on watching. Resolves after the first complete read. */
  start(listener: StoreListener): Promise<void>;
  /** Reads every slot and the operator JWT again and reports them all, changed or not. */
  reread(): Promise<void>;
  /**
   * Keeps an account durably: when the promise resolves the bytes and the directory entry have been synced, and the slot
   * has been read again and reported to the listener like any other reading (so that a program that wrote there at the
   * same moment is seen). What was there before stays whole if it fails.
   * @throws AccountsError `store.*`, `name.invalid` or `name.conflict`
   */
  save(account: TrustedAccount): Promise<void>;
  /**
   * As {@link save}, of an account that must not come to stand there before something else is durable, which the store
   * sees to: it may do both at a time, as long as the account does not get its name before.
   * @throws AccountsError as {@link save}, and `state.unavailable` when `first` cannot be made durable; nothing is kept then
   */
  saveAfter?(account: TrustedAccount, first: Pending): Promise<void>;
  /**
   * Deletes every JWT of an account durably: when the promise resolves the directory entry is gone from the disk and the
   * listener has heard of it. Nothing else of the account is touched (users, keys, creds), and an account that does not
   * exist is no error. What stood there stays whole if it fails.
   * @throws AccountsError `store.*`
   */
  remove(accountKey: string): Promise<void>;
  /** Stops watching; no listener call follows. */
  close(): Promise<void>;
}

/** One change of what is served. */
export interface Publication {
  readonly account: TrustedAccount;
  readonly previous: TrustedAccount | undefined;
  readonly origin: Origin;
}

/** Hears every change of what is served, in order per account; must return at once and not throw. */
export interface ChangeListener {
  published(publication: Publication): void;
  withdrawn(account: TrustedAccount, reason: string): void;
}

/** Counts in the words of this room; observability gives the real one. */
export interface Meter {
  admission(outcome: 'created' | 'replaced' | 'unchanged' | RefusalCode, origin: Origin['kind']): void;
  /** A directory went back to an older `iat`. */
  rollback(): void;
  sweep(report: SweepReport): void;
}

/** A meter that counts nothing. */
export const NO_METER: Meter = { admission() {}, rollback() {}, sweep() {} };

/** What is served for one account, made once when it is published so that a GET does no work. */
export interface PublishedAccount {
  readonly account: TrustedAccount;
  /** Strong entity tag with its quotes, a hash of the whole token (`jti` does not cover the `nats` body). */
  readonly etag: string;
  /**
   * When this account was last fetched, whatever the version; 0: never. HTTP writes it on each GET; delivery reads it
   * to find servers that were just fetching an older version (DESIGN: "skipped is not the end").
   */
  lastServedAtMs: number;
}

/** What is served now: one map look-up per GET. */
export interface PublishedAccounts {
  /** Of what was judged so far; see {@link AccountService.whole}. */
  readonly size: number;
  /** Judges the account first if it was only read so far. */
  get(accountKey: string): PublishedAccount | undefined;
  /** As `size`. */
  values(): Iterable<PublishedAccount>;
}

/** A text that somebody wants to be an account's JWT. */
export interface Candidate {
  /** As received. */
  readonly bytes: Uint8Array;
  readonly origin: Origin;
  /** The account that the request names; another subject is refused. */
  readonly expectedKey?: string;
}

/** What became of a candidate. */
export type Outcome =
  | { readonly kind: 'created' | 'replaced'; readonly account: TrustedAccount }
  | { readonly kind: 'unchanged'; readonly account: TrustedAccount }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What became of a delete request. */
export type Removal =
  /**
   * None of the accounts that were named exists any more, but for those that `failures` tells of, a sentence each. An
   * account that did not exist counts as removed, as with nats-server.
   */
  | { readonly kind: 'removed'; readonly requested: number; readonly failures: readonly string[] }
  /** Nothing was done. `issuer` is who signed, or '' when the request does not say. */
  | { readonly kind: 'refused'; readonly reason: string; readonly issuer: string };

/** Whether the service does its work, and what hinders it. */
export interface Readiness {
  /** All accounts were loaded once: the resolver probe may answer 200. */
  readonly loaded: boolean;
  /** What is wrong now, a sentence each; empty when all is well. */
  readonly problems: readonly string[];
}

/** The room as others see it; `accounts/accounts.ts` implements it. */
export interface AccountService {
  readonly published: PublishedAccounts;
  /** The operator in force; `undefined` until a good operator JWT was read. */
  readonly operator: TrustedOperator | undefined;
  /** Whether pushes can be kept at all. */
  readonly writable: boolean;
  /** The one door: judges a candidate, keeps it durably, publishes it. Never rejects. */
  admit(candidate: Candidate): Promise<Outcome>;
  /**
   * Judges an operator's delete request (a generic token that a key of the operator issued to itself) and deletes what it
   * names, durably, before it answers. A request that is too old or was seen before is refused. Never rejects.
   */
  remove(request: Uint8Array, origin: Origin): Promise<Removal>;
  readiness(): Readiness;
  /**
   * Resolves when everything that the store held at the start was judged: from then on `published` can be counted and
   * listed. A single account can be had before.
   * @returns false when the service ended before
   */
  whole(): Promise<boolean>;
}
