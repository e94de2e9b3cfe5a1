/** Within this time the same thing is told once, and then how often it was repeated. */
const WINDOW_MS = 60_000;
/** More different things than this at a time are told together. */
const MOST = 1_000;

interface Window<T> {
  readonly thing: T;
  readonly endsAtMs: number;
  repeated: number;
}

/**
 * Finds repetitions, so that somebody who does the same over and over fills no disk: the first time counts, and when a
 * minute is over, how often it was repeated.
 */
export class Repetitions<T> {
  readonly #windows = new Map<string, Window<T>>();

  /** Notes that a thing happened. @param told called with what is to be told: things and how often they were repeated */
  happened(key: string, thing: T, nowMs: number, told: (thing: T, repeated: number) => void): void {
    this.#endWindows(nowMs, told);
    const window = this.#windows.get(key) ?? (this.#windows.size < MOST ? undefined : this.#any());
    if (window !== undefined) {
      window.repeated++;
      return;
    }
    this.#windows.set(key, { thing, endsAtMs: nowMs + WINDOW_MS, repeated: 0 });
    told(thing, 0);
  }

  /** Tells what was not told yet. */
  end(told: (thing: T, repeated: number) => void): void {
    this.#endWindows(Number.POSITIVE_INFINITY, told);
  }

  #any(): Window<T> | undefined {
    return this.#windows.values().next().value;
  }

  /** The windows are in the order of their ends. */
  #endWindows(nowMs: number, told: (thing: T, repeated: number) => void): void {
    for (const [key, { thing, endsAtMs, repeated }] of this.#windows) {
      if (endsAtMs > nowMs) return;
      this.#windows.delete(key);
      if (repeated > 0) told(thing, repeated);
    }
  }
}
