import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may go on before others, such as GETs, get their turn of the event loop, in milliseconds. */
const STRETCH_MS = 2;

/** Does something with each item, in order, and lets requests be answered in between. */
export async function eachInTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let until = performance.now() + STRETCH_MS;
  for (const item of items) {
    work(item);
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + STRETCH_MS;
  }
}

/** Hands on each item, in order, and lets requests be answered in between: for what is made piece by piece as it is taken. */
export async function* handOnInTurns<T>(items: Iterable<T>): AsyncGenerator<T> {
  let until = performance.now() + STRETCH_MS;
  for (const item of items) {
    yield item;
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + STRETCH_MS;
  }
}

/**
 * Divides work that comes in pieces among the turns of the event loop: whoever has a piece to do asks for its turn, and
 * waits when the pieces of this turn have taken their time. Pieces that wait are done in the order in which they came.
 */
export class Turns {
  /** Until when pieces may be done in this turn; undefined while none was asked for in it. */
  #end: number | undefined;
  readonly #waiting: (() => void)[] = [];

  /** Undefined when the piece may be done at once, in one go with asking; else a promise of its turn. */
  next(): Promise<void> | undefined {
    if (this.#end === undefined) {
      // One piece by itself waits for nobody. That of another, in this same turn, does.
      this.#begin(0);
      return undefined;
    }
    if (this.#waiting.length === 0 && performance.now() < this.#end) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #begin(end: number): void {
    this.#end = end;
    setImmediate(() => void this.#goOn());
  }

  async #goOn(): Promise<void> {
    this.#end = undefined;
    if (this.#waiting.length === 0) return;
    const end = performance.now() + STRETCH_MS;
    this.#begin(end);
    for (let go = this.#waiting.shift(); go !== undefined; go = this.#waiting.shift()) {
      go();
      // The piece is done in the microtasks before this one goes on.
      await undefined;
      if (performance.now() >= end) return;
    }
  }
}
