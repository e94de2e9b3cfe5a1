import { Backlog } from './backlog.js';
import type { StoreIntake } from './intake.js';
import type { SlotReading, SlotVerdict, StoreListener, SweepReport } from './ports.js';
import type { Register } from './register.js';
import { slotText } from './slot-text.js';
import { eachInTurns } from './turns.js';

/** Up to so many accounts (0.1 s) are judged before anything is answered: such a start leaves nothing for later. */
const AT_ONCE = 1_000;

/**
 * Stands between a store and the {@link StoreIntake} while the store is read for the first time: readings are kept in a
 * {@link Backlog} and judged later, an account at the latest when it is asked for. To whoever asks, all is as if every
 * reading had been judged as it came.
 */
export class Deferral implements StoreListener {
  readonly #backlog: Backlog;
  #deferring = false;
  #ended = false;

  constructor(
    private readonly intake: StoreIntake,
    private readonly register: Register,
    private readonly atOnce = AT_ONCE,
  ) {
    this.#backlog = new Backlog(intake.slots);
  }

  /** How many files are still to be judged. */
  get unjudged(): number {
    return this.#backlog.size;
  }

  /** From now on readings wait. */
  begin(): void {
    this.#deferring = true;
    this.register.published.judgeFirst = (accountKey) => this.#judgeAccount(accountKey);
  }

  /**
   * From now on readings are judged as they come. What waits is judged in the background, a small directory at once.
   * @returns whether all of it was judged: not when {@link close} came before
   */
  async end(): Promise<boolean> {
    this.#deferring = false;
    if (this.#backlog.size <= this.atOnce) for (const slot of this.#backlog.slotNames()) this.judgeSlot(slot);
    else await eachInTurns(this.#waiting(), (slot) => this.judgeSlot(slot));
    if (this.#ended) return false;
    this.register.published.judgeFirst = undefined;
    return true;
  }

  /** Ends judging in the background. */
  close(): void {
    this.#ended = true;
  }

  /** Judges what waits in this slot. */
  judgeSlot(slot: string): void {
    // Nobody is in the middle of writing what stood there at the start: a later change comes as a reading of its own.
    this.#backlog.judge(slot, (found) =>
      this.register.quietly(() => this.intake.slotHolds({ ...found, settled: true })),
    );
  }

  slotRead(reading: SlotReading): SlotVerdict {
    this.judgeSlot(reading.slot);
    if (this.#deferring && this.#backlog.keep(reading)) return 'deferred';
    return this.intake.slotHolds(slotText(reading));
  }

  slotUnreadable(slot: string, problem: string): void {
    this.judgeSlot(slot);
    this.intake.slotUnreadable(slot, problem);
  }

  slotGone(slot: string): void {
    this.judgeSlot(slot);
    this.intake.slotGone(slot);
  }

  operatorRead(file: string, bytes: Uint8Array): void {
    this.intake.operatorRead(file, bytes);
  }

  operatorUnreadable(file: string, problem: string): void {
    this.intake.operatorUnreadable(file, problem);
  }

  storeUnavailable(problem: string): void {
    this.intake.storeUnavailable(problem);
  }

  storeAvailable(): void {
    this.intake.storeAvailable();
  }

  swept(report: SweepReport): void {
    this.intake.swept(report);
  }

  #judgeAccount(accountKey: string): void {
    for (const slot of this.#backlog.slotsOf(accountKey)) this.judgeSlot(slot);
  }

  /** What waits, until the end. */
  *#waiting(): Iterable<string> {
    for (const slot of this.#backlog.slotNames()) {
      if (this.#ended) return;
      yield slot;
    }
  }
}
