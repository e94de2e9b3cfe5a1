import type { SlotReading, SlotVerdict, StoreListener, SweepReport } from '../../src/accounts/ports.js';

/** How long a test waits for something that should come at once: on a busy machine that can be seconds. */
const PATIENCE_MS = 20_000;

/** A listener that keeps what it hears, and lets a test wait for it. */
export class KeptListener implements StoreListener {
  /** Every call but `swept`, in order: `read accounts/A/A.jwt`, `gone …`, `unreadable …`, `down`, `up`, `operator`. */
  readonly calls: string[] = [];
  /** What each slot was last seen to hold. */
  readonly texts = new Map<string, string>();
  readonly readings = new Map<string, SlotReading>();
  readonly problems = new Map<string, string>();
  readonly outages: string[] = [];
  readonly operators: string[] = [];
  readonly operatorProblems: string[] = [];
  readonly sweeps: SweepReport[] = [];
  readonly #waiting = new Set<() => void>();

  /** Judges readings; a text in three chunks is a token unless a test decides otherwise. */
  verdict: (reading: SlotReading) => SlotVerdict = ({ bytes }) =>
    Buffer.from(bytes).toString('latin1').split('.').length === 3 ? 'accepted' : 'unsettled';

  slotRead(reading: SlotReading): SlotVerdict {
    this.texts.set(reading.slot, Buffer.from(reading.bytes).toString('utf8'));
    this.readings.set(reading.slot, reading);
    this.problems.delete(reading.slot);
    this.#note(`read ${reading.slot}`);
    return this.verdict(reading);
  }

  slotUnreadable(slot: string, problem: string): void {
    this.problems.set(slot, problem);
    this.#note(`unreadable ${slot}`);
  }

  slotGone(slot: string): void {
    this.texts.delete(slot);
    this.#note(`gone ${slot}`);
  }

  operatorRead(_file: string, bytes: Uint8Array): void {
    this.operators.push(Buffer.from(bytes).toString('utf8'));
    this.#note('operator');
  }

  operatorUnreadable(file: string, problem: string): void {
    this.operatorProblems.push(`${file}: ${problem}`);
    this.#note('operator unreadable');
  }

  storeUnavailable(problem: string): void {
    this.outages.push(problem);
    this.#note('down');
  }

  storeAvailable(): void {
    this.#note('up');
  }

  swept(report: SweepReport): void {
    this.sweeps.push(report);
    this.#wake();
  }

  /** How often a call was made. */
  count(call: string): number {
    return this.calls.filter((made) => made === call).length;
  }

  /** Resolves as soon as the condition holds; it is looked at after each call. */
  async until(what: string, condition: () => boolean, patienceMs = PATIENCE_MS): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`waited in vain until ${what}; heard: ${this.calls.slice(-20).join(', ')}`));
      }, patienceMs);
      const check = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  /** Resolves when this call was made, counting from the first. */
  heard(call: string, times = 1): Promise<void> {
    return this.until(`"${call}" was heard ${times} times`, () => this.count(call) >= times);
  }

  /** Resolves after the next whole sweep that begins after now (one may be under way). */
  async sweptAnew(sweeps = 2): Promise<void> {
    const before = this.sweeps.length;
    await this.until('another sweep ended', () => this.sweeps.length >= before + sweeps);
  }

  #note(call: string): void {
    this.calls.push(call);
    this.#wake();
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check();
  }
}
