import type { TrustedAccount, TrustedOperator } from '../claims/jwt.js';
import { isExpired, isNotYetValid } from '../claims/validity.js';
import { mayEnter, mayFollow } from './admission.js';
import { Deletion } from './deletion.js';
import { AccountsError, type Refusal } from './errors.js';
import { StoreIntake } from './intake.js';
import { judgeAccount, judgeTime } from './judge.js';
import { KeyedQueue } from './keyed-queue.js';
import { type Ledger, NO_LEDGER } from './ledger.js';
import { Memory } from './memory.js';
import { OperatorInForce } from './operator-in-force.js';
import type {
  AccountService,
  AccountStore,
  Candidate,
  ChangeListener,
  Clock,
  Log,
  Meter,
  Origin,
  Outcome,
  PublishedAccounts,
  Readiness,
  Removal,
  StoreListener,
} from './ports.js';
import { RefusalLog } from './refusal-log.js';
import { isFollowed, Register, wordOf } from './register.js';
import type { RollbackRule } from './rollback.js';

/** What the room is built from. */
export interface AccountsOptions {
  readonly store: AccountStore;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  /** What is remembered beyond the life of the process; nothing unless given. */
  readonly ledger?: Ledger;
  /** `refuse-pushes` unless given. */
  readonly rollback?: RollbackRule;
}

/** How many accounts there are in each state; `served` includes the expired and the not yet valid. */
export interface AccountCounts {
  readonly served: number;
  readonly expired: number;
  readonly notYetValid: number;
  /** Slots whose content is not served as it stands: refused, undecodable or unreadable. */
  readonly refused: number;
}

/** Which account JWTs exist, which is current, and the one door by which another may take its place. */
export class Accounts implements AccountService {
  readonly #ledger: Ledger;
  readonly #rollback: RollbackRule;
  readonly #memory: Memory;
  readonly #register: Register;
  readonly #operator: OperatorInForce;
  readonly #intake: StoreIntake;
  readonly #queue = new KeyedQueue();
  readonly #refusals: RefusalLog;
  readonly #deletion: Deletion;
  #loaded = false;
  readonly #besides: (() => Promise<void>)[] = [];

  constructor(private readonly options: AccountsOptions) {
    const { log, meter, clock } = options;
    this.#ledger = options.ledger ?? NO_LEDGER;
    this.#rollback = options.rollback ?? 'refuse-pushes';
    this.#memory = new Memory(this.#ledger, log);
    this.#register = new Register(this.#memory.history, log, meter, clock);
    this.#operator = new OperatorInForce(log, clock);
    this.#intake = new StoreIntake({
      log,
      meter,
      operator: this.#operator,
      register: this.#register,
      rollback: this.#rollback,
      reread: () => this.#reread(),
    });
    this.#refusals = new RefusalLog(log);
    this.#deletion = new Deletion({
      ...options,
      operator: this.#operator,
      register: this.#register,
      requests: this.#memory.requests,
      queue: this.#queue,
    });
  }

  get published(): PublishedAccounts {
    return this.#register.published;
  }

  get operator(): TrustedOperator | undefined {
    return this.#operator.operator;
  }

  /** What is wrong with the operator JWT that stands there now. */
  get operatorProblem(): string | undefined {
    return this.#operator.problem;
  }

  get writable(): boolean {
    return this.options.store.writable;
  }

  /** Whether the store can be read now; while it cannot, the last good accounts are served. */
  get storeAvailable(): boolean {
    return this.#intake.problem === undefined;
  }

  /** For further sources beside the store: a separate operator file, a system account file. */
  get intake(): StoreListener {
    return this.#intake;
  }

  /** Sources beside the store, fed into {@link intake}, have to be read again too when the operator changes. */
  alsoReread(reread: () => Promise<void>): void {
    this.#besides.push(reread);
  }

  /** From now on this listener hears every change of what is served. */
  listen(listener: ChangeListener): void {
    this.#register.listen(listener);
  }

  /** What is wrong with a source beside the store that feeds {@link intake}; undefined when all is well. */
  problemOf(slot: string): string | undefined {
    return this.#intake.problemOf(slot);
  }

  /**
   * Reads the store once, completely, and goes on watching it. A store that cannot be read now is waited for; until then
   * nothing counts as loaded, so that no nats-server starts on an empty answer.
   */
  async start(): Promise<void> {
    this.#memory.begin();
    await this.options.store.start(this.#intake);
    const loaded = (): void => {
      this.#loaded = true;
      this.#register.announcing = true;
    };
    if (this.storeAvailable) loaded();
    else this.#intake.onceAvailable(loaded);
  }

  /** Reads operator and accounts again (SIGHUP). */
  async reload(): Promise<void> {
    await this.options.store.reread();
  }

  /** Ends watching, after the pushes under way. */
  async close(): Promise<void> {
    await this.#queue.idle();
    await this.options.store.close();
    await this.#ledger.close();
  }

  readiness(): Readiness {
    const problems = [this.#operator.problem, this.#intake.problem, this.#ledger.problem].filter(
      (problem) => problem !== undefined,
    );
    return {
      loaded: this.#loaded,
      problems: this.#loaded ? problems : ['accounts are being loaded', ...problems],
    };
  }

  /** Counts accounts by state; walks all of them, so call it per scrape and not per request. */
  counts(): AccountCounts {
    const nowSeconds = Math.floor(this.options.clock.now() / 1000);
    let expired = 0;
    let notYetValid = 0;
    for (const { account } of this.published.values()) {
      if (isExpired(account, nowSeconds)) expired++;
      else if (isNotYetValid(account, nowSeconds)) notYetValid++;
    }
    return { served: this.published.size, expired, notYetValid, refused: this.#intake.badSlots };
  }

  async admit(candidate: Candidate): Promise<Outcome> {
    const { bytes, origin, expectedKey } = candidate;
    const judged = judgeAccount(bytes, this.operator, expectedKey);
    if (!judged.ok) return this.#refused(judged.refusal, origin);
    return this.#queue.run(judged.account.accountKey, () => this.#enter(judged.account, origin));
  }

  remove(request: Uint8Array, origin: Origin): Promise<Removal> {
    return this.#deletion.remove(request, origin);
  }

  async #enter(account: TrustedAccount, origin: Origin): Promise<Outcome> {
    const current = this.published.get(account.accountKey)?.account;
    const same = current?.text === account.text;
    if (same && this.#intake.holds(account)) return this.#unchanged(account, origin);
    const refusal = this.#judge(account, origin);
    if (refusal !== undefined) return this.#refused(refusal, origin, account);
    const failure = await this.#keep(account, current, origin);
    if (failure !== undefined) return failure;
    if (same) return this.#unchanged(account, origin);
    return { kind: current === undefined ? 'created' : 'replaced', account };
  }

  /** The age rules. */
  #judge(account: TrustedAccount, origin: Origin): Refusal | undefined {
    const nowMs = this.options.clock.now();
    const nowSeconds = Math.floor(nowMs / 1000);
    const { history, published } = this.#register;
    if (this.#rollback === 'allow') return judgeTime(account, nowSeconds);
    if (!isFollowed(origin)) return mayEnter(account, history, nowSeconds);
    const inForce = published.get(account.accountKey);
    const current = inForce && {
      text: inForce.account.text,
      issuedAtSeconds: inForce.account.issuedAtSeconds,
      word: inForce.word,
      forMs: nowMs - inForce.sinceMs,
    };
    return mayFollow(account, current, history, nowSeconds);
  }

  #unchanged(account: TrustedAccount, origin: Origin): Outcome {
    this.options.meter.admission('unchanged', origin.kind);
    return { kind: 'unchanged', account };
  }

  /** Has the store keep a token; answers why it does not stand there now, if so. */
  async #keep(
    account: TrustedAccount,
    current: TrustedAccount | undefined,
    origin: Origin,
  ): Promise<Outcome | undefined> {
    const { history } = this.#memory;
    try {
      await history.foreseeEntry(account, current, wordOf(origin));
      await this.#intake.saving(account, origin, () => this.options.store.save(account));
    } catch (error) {
      return this.#refused(storeRefusal(error), origin, account, error);
    } finally {
      history.settled(account.accountKey);
    }
    if (this.published.get(account.accountKey)?.account.text === account.text) return undefined;
    const message =
      'another program replaced this token in the store while it was being written; pull and edit again';
    return this.#refused({ code: 'iat.replaced', message, issues: [] }, origin, account);
  }

  #refused(refusal: Refusal, origin: Origin, account?: TrustedAccount, cause?: unknown): Outcome {
    this.options.meter.admission(refusal.code, origin.kind);
    this.#refusals.refused(refusal, origin, account?.accountKey, cause);
    return { kind: 'refused', refusal };
  }

  #reread(): void {
    // Before the first complete read the accounts are still to come anyway.
    if (!this.#loaded) return;
    const readings = [() => this.options.store.reread(), ...this.#besides].map((reread) => reread());
    Promise.all(readings).catch((error: unknown) => {
      this.options.log.error({ err: error }, 'the store could not be read again after the operator changed');
    });
  }
}

function storeRefusal(error: unknown): Refusal {
  if (error instanceof AccountsError) return { code: error.code, message: error.message, issues: [] };
  return { code: 'store.unavailable', message: 'the store could not keep the token', issues: [] };
}
