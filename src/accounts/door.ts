import type { TrustedAccount, TrustedOperator } from '../claims/jwt.js';
import { mayEnter, mayFollow } from './admission.js';
import type { Auditor, Matter } from './auditor.js';
import { AccountsError, type Refusal } from './errors.js';
import { refuseForeignActivations } from './foreign-activations.js';
import type { StoreIntake } from './intake.js';
import { judgeAccount, judgeTime } from './judge.js';
import type { KeyedQueue } from './keyed-queue.js';
import type { Pending } from './ledger.js';
import type { OperatorInForce } from './operator-in-force.js';
import type { AccountStore, Candidate, Clock, Log, Meter, Origin, Outcome } from './ports.js';
import { RefusalLog } from './refusal-log.js';
import { isFollowed, type Register, wordOf } from './register.js';
import type { RollbackRule } from './rollback.js';
import { Turns } from './turns.js';

/** What the door needs. */
export interface DoorNeeds {
  readonly store: AccountStore;
  readonly operator: OperatorInForce;
  readonly register: Register;
  readonly intake: StoreIntake;
  readonly auditor: Auditor;
  /** Pushes and deletions of one account, one after the other. */
  readonly queue: KeyedQueue;
  readonly rollback: RollbackRule;
  readonly meter: Meter;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * The one door for what comes over the network: a candidate is judged, remembered and put on record, kept in the store,
 * and published by the reading that follows.
 */
export class Door {
  readonly #refusals: RefusalLog;
  /** Anyone may push tokens that take milliseconds to refuse: between two of them GETs are answered. */
  readonly #turns = new Turns();

  constructor(private readonly needs: DoorNeeds) {
    this.#refusals = new RefusalLog(needs.log);
  }

  /** See `AccountService.admit`. */
  async admit(candidate: Candidate): Promise<Outcome> {
    const { bytes, origin, expectedKey } = candidate;
    const turn = this.#turns.next();
    if (turn !== undefined) await turn;
    const { operator } = this.needs.operator;
    const judged = judgeAccount(bytes, operator, expectedKey);
    if (!judged.ok) return this.#refused(judged.refusal, { origin, account: undefined, current: undefined });
    return this.needs.queue.run(judged.account.accountKey, () =>
      this.#enter(judged.account, origin, operator),
    );
  }

  async #enter(
    account: TrustedAccount,
    origin: Origin,
    judgedBy: TrustedOperator | undefined,
  ): Promise<Outcome> {
    const current = this.needs.register.published.get(account.accountKey)?.account;
    const matter = { origin, account, current };
    const same = current?.text === account.text;
    if (same && this.needs.intake.holds(account)) return this.#unchanged(matter);
    const refusal = this.#judge(account, origin);
    if (refusal !== undefined) return this.#refused(refusal, matter);
    const failure = await this.#keep({ ...matter, judgedBy });
    if (failure !== undefined) return failure;
    if (!same) return { kind: current === undefined ? 'created' : 'replaced', account };
    this.needs.meter.admission('unchanged', origin.kind);
    return { kind: 'unchanged', account };
  }

  /** The age rules. */
  #judge(account: TrustedAccount, origin: Origin): Refusal | undefined {
    const nowMs = this.needs.clock.now();
    const nowSeconds = Math.floor(nowMs / 1000);
    const { history, published } = this.needs.register;
    if (this.needs.rollback === 'allow') return judgeTime(account, nowSeconds);
    if (!isFollowed(origin))
      return mayEnter(account, history, nowSeconds) ?? refuseForeignActivations(account, published);
    const inForce = published.get(account.accountKey);
    const current = inForce && {
      text: inForce.account.text,
      issuedAtSeconds: inForce.account.issuedAtSeconds,
      word: inForce.word,
      forMs: nowMs - inForce.sinceMs,
      issuedAgoMs: nowMs - inForce.account.issuedAtSeconds * 1000,
    };
    return mayFollow(account, current, history, nowSeconds);
  }

  async #unchanged(matter: EnteringMatter): Promise<Outcome> {
    const { account, origin } = matter;
    try {
      await this.needs.auditor.unchanged(account, origin);
    } catch (error) {
      return this.#refused(storeRefusal(error), matter, error);
    }
    this.needs.meter.admission('unchanged', origin.kind);
    return { kind: 'unchanged', account };
  }

  /** Has the store keep a token; answers why it does not stand there now, if so. */
  async #keep(matter: KeepingMatter): Promise<Outcome | undefined> {
    const { account, current, origin, judgedBy } = matter;
    const { history } = this.needs.register;
    try {
      const foreseen = history.foreseeEntry(account, current, wordOf(origin));
      await this.needs.auditor.entering(matter);
      await this.needs.intake.saving(account, origin, judgedBy, () => this.#save(account, foreseen));
    } catch (error) {
      return this.#failed(storeRefusal(error), matter, error);
    } finally {
      history.settled(account.accountKey);
    }
    if (this.needs.register.published.get(account.accountKey)?.account.text === account.text)
      return undefined;
    const message =
      'another program replaced this token in the store while it was being written; pull and edit again';
    return this.#failed({ code: 'iat.replaced', message, issues: [] }, matter);
  }

  /** A store that can makes durable at a time what is to be remembered and what is to be kept. */
  async #save(account: TrustedAccount, foreseen: Pending): Promise<void> {
    const { store } = this.needs;
    if (store.saveAfter !== undefined) return store.saveAfter(account, foreseen);
    await foreseen.durable();
    await store.save(account);
  }

  /** What was decided, and is on record, could not be done. */
  #failed(refusal: Refusal, matter: Matter, cause?: unknown): Outcome {
    this.needs.auditor.failed(matter, refusal.code);
    return this.#tellRefusal(refusal, matter, cause);
  }

  async #refused(refusal: Refusal, matter: Matter, cause?: unknown): Promise<Outcome> {
    await this.needs.auditor.refused(matter, refusal);
    return this.#tellRefusal(refusal, matter, cause);
  }

  #tellRefusal(refusal: Refusal, { origin, account }: Matter, cause?: unknown): Outcome {
    this.needs.meter.admission(refusal.code, origin.kind);
    this.#refusals.refused(refusal, origin, account?.accountKey, cause);
    return { kind: 'refused', refusal };
  }
}

/** A trusted token that wants to come into force. */
interface EnteringMatter extends Matter {
  readonly account: TrustedAccount;
}

/** As `EnteringMatter`, with the operator by which the token was judged. */
interface KeepingMatter extends EnteringMatter {
  readonly judgedBy: TrustedOperator | undefined;
}

function storeRefusal(error: unknown): Refusal {
  if (error instanceof AccountsError) return { code: error.code, message: error.message, issues: [] };
  return { code: 'store.unavailable', message: 'the store could not keep the token', issues: [] };
}
