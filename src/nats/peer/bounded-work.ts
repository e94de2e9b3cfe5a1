import { setImmediate as nextTurn } from 'node:timers/promises';

/** How much may be under way and how much may wait. */
export interface Bounds {
  readonly atOnce: number;
  /** The sum of the costs of all that waits. */
  readonly waiting: number;
}

interface Piece {
  readonly cost: number;
  readonly work: () => Promise<void>;
}

/**
 * Does pieces of work in the order in which they come, some at once; so much may wait, and more is turned away, so that a
 * flood costs bounded memory. Between two pieces other work of the process gets its turn.
 */
export class BoundedWork {
  readonly #waiting: Piece[] = [];
  readonly #running = new Set<Promise<void>>();
  #waitingCost = 0;

  constructor(
    private readonly bounds: Bounds,
    /** Hears of work that failed; nobody else does. */
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Takes on a piece of work; false: there is too much already. */
  take(cost: number, work: () => Promise<void>): boolean {
    if (this.#running.size < this.bounds.atOnce) {
      this.#run(work);
      return true;
    }
    if (this.#waitingCost + cost > this.bounds.waiting) return false;
    this.#waitingCost += cost;
    this.#waiting.push({ cost, work });
    return true;
  }

  /** Resolves when nothing is under way or waits any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #run(work: () => Promise<void>): void {
    const running = work()
      .catch(this.failed)
      .then(() => nextTurn())
      .finally(() => {
        this.#running.delete(running);
        const next = this.#waiting.shift();
        if (next === undefined) return;
        this.#waitingCost -= next.cost;
        this.#run(next.work);
      });
    this.#running.add(running);
  }
}
