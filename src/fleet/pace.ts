/** Timers come late by a few milliseconds; so much may be caught up with. */
const SLACK_MS = 5;

/** Spreads work evenly over time: no bursts, and no time lost to the coarseness of timers. */
export class Pace {
  #nextAtMs = 0;

  constructor(private readonly perSecond: number) {}

  /** How long to wait before beginning something; 0: now. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextAtMs - nowMs);
  }

  /** Something that costs `weight` begins now. */
  take(nowMs: number, weight = 1): void {
    this.#nextAtMs = Math.max(this.#nextAtMs, nowMs - SLACK_MS) + (weight * 1000) / this.perSecond;
  }
}
