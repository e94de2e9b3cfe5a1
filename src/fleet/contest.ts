import { backOffMs } from './back-off.js';

/** What was put right and stayed so for this long (and twice the last pause) was not contested. */
const CALM_MS = 10_000;

/** How often the same text has to be put back in a row before somebody should know. */
const WORTH_A_WARNING = 3;

/**
 * Two programs that each put back what the other one replaced would go on for ever, as fast as messages travel. So one of
 * them has to slow down: each time in a row that servers lose a text they were proven to run, it is put back later. A text
 * that stays for a while ends the contest.
 */
export class Contest {
  #times = 0;
  #pauseMs = 0;
  #repairsAtMs = Number.NEGATIVE_INFINITY;

  /** How often in a row it was replaced. */
  get times(): number {
    return this.#times;
  }

  /** Whether this time is the one that somebody should hear of. */
  get isWorthAWarning(): boolean {
    return this.#times === WORTH_A_WARNING;
  }

  /** It was replaced: how long to wait before it is put back. The first time not at all. */
  replaced(nowMs: number, firstMs: number, mostMs: number, random: number): number {
    const stayedMs = nowMs - this.#repairsAtMs;
    this.#times = stayedMs > CALM_MS + 2 * this.#pauseMs ? 1 : this.#times + 1;
    this.#pauseMs = this.#times === 1 ? 0 : backOffMs(this.#times - 1, firstMs, mostMs, random);
    this.#repairsAtMs = nowMs + this.#pauseMs;
    return this.#pauseMs;
  }
}
