import type { TrustedOperator } from '../claims/jwt.js';
import { isExpired, isNotYetValid } from '../claims/validity.js';
import type { AuditTrail } from './audit.js';
import { Auditor } from './auditor.js';
import { Deferral } from './deferral.js';
import { Deletion } from './deletion.js';
import { Door } from './door.js';
import { StoreIntake } from './intake.js';
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
import { Register } from './register.js';
import type { RollbackRule } from './rollback.js';

/** What the room is built from. */
export interface AccountsOptions {
  readonly store: AccountStore;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  /** What is remembered beyond the life of the process; nothing unless given. */
  readonly ledger?: Ledger;
  /** Where decisions are kept for good; nowhere unless given. */
  readonly audit?: AuditTrail | undefined;
  /** `refuse-pushes` unless given. */
  readonly rollback?: RollbackRule;
  /** Up to so many accounts are judged before anything counts as loaded; 1,000 unless given. */
  readonly judgedAtOnce?: number;
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
  readonly #memory: Memory;
  readonly #auditor: Auditor;
  readonly #register: Register;
  readonly #operator: OperatorInForce;
  readonly #intake: StoreIntake;
  readonly #deferral: Deferral;
  readonly #queue = new KeyedQueue();
  readonly #door: Door;
  readonly #deletion: Deletion;
  #loaded = false;
  #whole = Promise.resolve(true);
  readonly #besides: (() => Promise<void>)[] = [];

  constructor(private readonly options: AccountsOptions) {
    const { store, log, meter, clock, rollback = 'refuse-pushes' } = options;
    const operator = new OperatorInForce(log, clock);
    const auditor = new Auditor(options.audit, clock);
    this.#ledger = options.ledger ?? NO_LEDGER;
    this.#memory = new Memory(this.#ledger, log);
    const { history, requests } = this.#memory;
    const register = new Register(history, auditor, log, meter, clock);
    const reread = (): void => this.#reread();
    const intake = new StoreIntake({ log, meter, operator, register, auditor, rollback, reread });
    const common = { store, operator, register, auditor, queue: this.#queue, log, clock };
    this.#operator = operator;
    this.#auditor = auditor;
    this.#register = register;
    this.#intake = intake;
    this.#deferral = new Deferral(intake, register, options.judgedAtOnce);
    this.#door = new Door({ ...common, intake, rollback, meter });
    this.#deletion = new Deletion({ ...common, requests });
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
    return this.#deferral;
  }

  /** How many files were read at the start and not judged yet. */
  get unjudged(): number {
    return this.#deferral.unjudged;
  }

  whole(): Promise<boolean> {
    return this.#whole;
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
    this.#deferral.judgeSlot(slot);
    return this.#intake.problemOf(slot);
  }

  /**
   * Reads the store once, completely, and goes on watching it. A store that cannot be read now is waited for; until then
   * nothing counts as loaded, so that no nats-server starts on an empty answer.
   */
  async start(): Promise<void> {
    this.#memory.begin();
    this.#deferral.begin();
    await this.options.store.start(this.#deferral);
    const loaded = (): void => {
      this.#whole = this.#deferral.end();
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
    this.#deferral.close();
    await this.#queue.idle();
    await this.options.store.close();
    await this.#ledger.close();
    await this.#auditor.close();
  }

  readiness(): Readiness {
    const problems = [
      this.#operator.problem,
      this.#intake.problem,
      this.#ledger.problem,
      this.#auditor.problem,
    ].filter((problem) => problem !== undefined);
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

  admit(candidate: Candidate): Promise<Outcome> {
    return this.#door.admit(candidate);
  }

  remove(request: Uint8Array, origin: Origin): Promise<Removal> {
    return this.#deletion.remove(request, origin);
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
