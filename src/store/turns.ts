/** So long may work go on in one turn of the event loop before others, such as GETs, get theirs. */
const TURN_MS = 4;

/**
 * Divides long work among the turns of the event loop: whoever has a piece to do asks for its turn, and waits when the
 * pieces of this turn have taken their time.
 */
export class Turns {
  #end = 0;
  readonly #waiting: (() => void)[] = [];

  /** Undefined when the piece may be done at once, else a promise of its turn. */
  next(): Promise<void> | undefined {
    if (this.#waiting.length === 0 && performance.now() < this.#end) return undefined;
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(() => void this.#begin());
    });
  }

  async #begin(): Promise<void> {
    this.#end = performance.now() + TURN_MS;
    for (let go = this.#waiting.shift(); go !== undefined; go = this.#waiting.shift()) {
      go();
      // The piece is done in the microtasks before this one goes on.
      await undefined;
      if (this.#waiting.length > 0 && performance.now() >= this.#end) {
        setImmediate(() => void this.#begin());
        return;
      }
    }
  }
}
