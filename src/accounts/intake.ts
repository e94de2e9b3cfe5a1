import type { TrustedAccount, TrustedOperator } from '../claims/jwt.js';
import type { Auditor } from './auditor.js';
import type { Refusal } from './errors.js';
import { type Judgement, judgeAccount, judgeAgain } from './judge.js';
import type { OperatorInForce } from './operator-in-force.js';
import type { Log, Meter, Origin, SlotVerdict, StoreListener, SweepReport } from './ports.js';
import type { Register } from './register.js';
import { type RollbackRule, refuseRollback } from './rollback.js';
import type { SlotText } from './slot-text.js';
import { type Slot, Slots } from './slots.js';

/** What taking in needs. */
export interface IntakeNeeds {
  readonly log: Log;
  readonly meter: Meter;
  readonly operator: OperatorInForce;
  readonly register: Register;
  readonly auditor: Auditor;
  readonly rollback: RollbackRule;
  /** Called when the operator changed and everything has to be read again. */
  readonly reread: () => void;
}

/**
 * Takes in what stores see. What stands in a directory is the administrator's word, so its age is not judged; but only
 * trusted accounts come into force, and a slot that turns bad keeps its last good account. Only under the rule
 * `refuse-all` a directory that goes back in time counts as bad.
 */
export class StoreIntake implements Omit<StoreListener, 'slotRead'> {
  readonly #slots = new Slots();
  /** Pushes that are being written: the reading that follows belongs to the push, not to the directory. */
  readonly #saving = new Map<string, Saving>();
  #unavailable: string | undefined;
  readonly #awaiting: (() => void)[] = [];

  constructor(private readonly needs: IntakeNeeds) {}

  /** Why the store is not to be had now. */
  get problem(): string | undefined {
    return this.#unavailable;
  }

  /** What was read, and may wait there to be judged. */
  get slots(): Slots {
    return this.#slots;
  }

  /** Slots that hold something that is not served as it stands. */
  get badSlots(): number {
    let count = 0;
    for (const slot of this.#slots.values()) if (slot.problem !== undefined) count++;
    return count;
  }

  /** What is wrong with the content of one slot, be it that it is only suspected. */
  problemOf(slot: string): string | undefined {
    const { problem, suspicion } = this.#slots.get(slot) ?? {};
    return problem ?? suspicion;
  }

  /** Whether this very token stands in the store now: not one that is only remembered. */
  holds(account: TrustedAccount): boolean {
    if (this.#unavailable !== undefined) return false;
    const winner = this.#slots.winner(account.accountKey);
    return winner?.account?.text === account.text && this.problemOf(winner.name) === undefined;
  }

  /** Calls back when the store can be read again. */
  onceAvailable(callback: () => void): void {
    this.#awaiting.push(callback);
  }

  /**
   * Runs a push's write; its reading is published under the push's origin.
   * @param judgedBy the operator by which the push was judged
   */
  async saving(
    account: TrustedAccount,
    origin: Origin,
    judgedBy: TrustedOperator | undefined,
    write: () => Promise<void>,
  ): Promise<void> {
    this.#saving.set(account.accountKey, { account, origin, judgedBy });
    try {
      await write();
    } finally {
      this.#saving.delete(account.accountKey);
    }
  }

  /** A slot was read. */
  slotHolds(found: SlotText): SlotVerdict {
    const slot = this.#slots.open(found.slot);
    if (standsAsServed(slot, found)) return 'unchanged';
    const { operator } = this.needs.operator;
    const judged = this.#justJudged(found) ?? judgeAccount(found.text, operator, found.expectedKey);
    if (!judged.ok) return this.#keepLastGood(slot, judged.refusal, found.settled === true);
    const rollback = this.#judgeAge(judged.account);
    if (rollback !== undefined) return this.#refuseRollback(slot, rollback, judged.account);
    const before = this.#slots.fill(slot, judged.account, found);
    if (before !== undefined && before.accountKey !== judged.account.accountKey) {
      this.#settle(before.accountKey, 'its file now holds another account');
    }
    return this.#settle(judged.account.accountKey, '') === 'unchanged' ? 'unchanged' : 'accepted';
  }

  slotUnreadable(name: string, problem: string): void {
    this.#blame(this.#slots.open(name), problem);
  }

  slotGone(name: string): void {
    const account = this.#slots.close(name);
    if (account === undefined) return;
    if (this.#slots.count(account.accountKey) === 0) this.needs.register.history.left(account);
    this.#settle(account.accountKey, `deleted from the store (${name})`);
  }

  operatorRead(file: string, bytes: Uint8Array): void {
    if (!this.needs.operator.read(file, bytes)) return;
    this.#judgeAgain();
    this.needs.reread();
  }

  operatorUnreadable(file: string, problem: string): void {
    this.needs.operator.unusable(file, problem);
  }

  storeUnavailable(problem: string): void {
    this.#unavailable = problem;
    this.needs.log.error(
      { problem, served: this.needs.register.published.size },
      'store unavailable; the last good accounts stay served',
    );
  }

  storeAvailable(): void {
    this.#unavailable = undefined;
    this.needs.log.info({ served: this.needs.register.published.size }, 'store available again');
    for (const callback of this.#awaiting.splice(0)) callback();
  }

  swept(report: SweepReport): void {
    this.needs.meter.sweep(report);
  }

  /** After an operator change: accounts that it did not sign leave at once, before anything is read again. */
  #judgeAgain(): void {
    const { operator } = this.needs.operator;
    if (operator === undefined) return;
    for (const slot of this.#slots.values()) {
      const refusal = slot.account && judgeAgain(slot.account, operator);
      if (slot.account === undefined || refusal === undefined) continue;
      const { accountKey } = slot.account;
      this.#slots.empty(slot);
      this.#blame(slot, refusal.message);
      this.#settle(accountKey, `no longer trusted: ${refusal.message}`);
    }
  }

  #judgeAge(account: TrustedAccount): Refusal | undefined {
    const { rollback, register } = this.needs;
    return rollback === 'refuse-all' ? refuseRollback(account, register.history) : undefined;
  }

  #refuseRollback(slot: Slot, refusal: Refusal, account: TrustedAccount): SlotVerdict {
    if (slot.problem !== refusal.message) this.#tellRollback(slot, refusal, account);
    this.#blame(slot, refusal.message, refusal.code);
    return 'refused';
  }

  #tellRollback({ name }: Slot, refusal: Refusal, account: TrustedAccount): void {
    const { meter, auditor, register } = this.needs;
    meter.rollback();
    const current = register.published.peek(account.accountKey)?.account;
    auditor.refusedSlot({ origin: { kind: 'directory', slot: name }, account, current }, refusal);
  }

  #keepLastGood(slot: Slot, refusal: Refusal, settled: boolean): SlotVerdict {
    if (settled || refusal.code !== 'jwt.undecodable') {
      this.#blame(slot, refusal.message, refusal.code, refusal.issues);
      return 'refused';
    }
    // nsc truncates before it writes, so the first look at such a file proves nothing; the store looks again.
    if (slot.suspicion === refusal.message) this.#blame(slot, refusal.message, refusal.code);
    slot.suspicion = refusal.message;
    return 'unsettled';
  }

  /** One line per slot and problem, however often it is read. */
  #blame(slot: Slot, problem: string, code = 'unreadable', issues: Refusal['issues'] = []): void {
    if (slot.problem === problem) return;
    slot.problem = problem;
    slot.suspicion = undefined;
    // The operator's own problem is told, once and not for each account.
    if (code === 'operator.missing') return;
    const facts = {
      slot: slot.name,
      code,
      problem,
      ...(issues.length > 0 && { issues }),
      keptAccount: slot.account?.accountKey,
    };
    this.needs.log.warn(
      facts,
      slot.account === undefined ? 'not served' : 'bad content; the last good token stays served',
    );
  }

  /** The judgement of a push that is being written, if this is its very text: nothing has to be verified again. */
  #justJudged({ text, expectedKey }: SlotText): Judgement | undefined {
    for (const { account, judgedBy } of this.#saving.values()) {
      if (account.text !== text || judgedBy !== this.needs.operator.operator) continue;
      if (expectedKey === undefined || expectedKey === account.accountKey) return { ok: true, account };
    }
    return undefined;
  }

  /** Brings what is served about an account in line with the slots. */
  #settle(accountKey: string, reasonIfGone: string): 'created' | 'replaced' | 'unchanged' | 'withdrawn' {
    const winner = this.#slots.winner(accountKey);
    if (winner?.account === undefined) {
      this.needs.register.withdraw(accountKey, reasonIfGone);
      return 'withdrawn';
    }
    const saving = this.#saving.get(accountKey);
    const origin: Origin =
      saving?.account.text === winner.account.text ? saving.origin : { kind: 'directory', slot: winner.name };
    const change = this.needs.register.publish(winner.account, origin);
    if (this.#slots.count(accountKey) > 1 && change !== 'unchanged') {
      this.needs.log.warn(
        { account: accountKey, slot: winner.name },
        'several files hold this account; the newest one is served',
      );
    }
    return change;
  }
}

/** A push that is being written. */
interface Saving {
  readonly account: TrustedAccount;
  readonly origin: Origin;
  /** The operator by which it was judged. */
  readonly judgedBy: TrustedOperator | undefined;
}

/** Whether the reading shows the good token that the slot is known to hold: then nothing has to be verified again. */
function standsAsServed(slot: Slot, { text, modifiedAtMs }: SlotText): boolean {
  if (slot.account?.text !== text || slot.problem !== undefined || slot.suspicion !== undefined) return false;
  slot.modifiedAtMs = modifiedAtMs;
  return true;
}
