import type { SlotReading, SlotVerdict, StoreListener, SweepReport } from '../accounts/ports.js';

const DEAF: StoreListener = {
  slotRead: () => 'unchanged',
  slotUnreadable() {},
  slotGone() {},
  operatorRead() {},
  operatorUnreadable() {},
  storeUnavailable() {},
  storeAvailable() {},
  swept() {},
};

/** The listener as the parts of a store reach it: from {@link end} on nothing gets through any more. */
export class Reports implements StoreListener {
  #listener: StoreListener = DEAF;
  #outage: string | undefined;
  #ended = false;

  begin(listener: StoreListener): void {
    this.#listener = listener;
  }

  end(): void {
    this.#ended = true;
    this.#listener = DEAF;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Why the store is unavailable now; undefined when it is not. */
  get outage(): string | undefined {
    return this.#outage;
  }

  slotRead(reading: SlotReading): SlotVerdict {
    return this.#listener.slotRead(reading);
  }

  slotUnreadable(slot: string, problem: string): void {
    this.#listener.slotUnreadable(slot, problem);
  }

  slotGone(slot: string): void {
    this.#listener.slotGone(slot);
  }

  operatorRead(file: string, bytes: Uint8Array): void {
    this.#listener.operatorRead(file, bytes);
  }

  operatorUnreadable(file: string, problem: string): void {
    this.#listener.operatorUnreadable(file, problem);
  }

  /** Told once per outage. */
  storeUnavailable(problem: string): void {
    if (this.#outage !== undefined) return;
    this.#outage = problem;
    this.#listener.storeUnavailable(problem);
  }

  /** Told once, and only after an outage. */
  storeAvailable(): void {
    if (this.#outage === undefined) return;
    this.#outage = undefined;
    this.#listener.storeAvailable();
  }

  swept(report: SweepReport): void {
    this.#listener.swept(report);
  }
}
