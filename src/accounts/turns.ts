import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may go on before others, such as GETs, get their turns of the event loop, in milliseconds. */
const STRETCH_MS = 2;

/**
 * How many turns others get for each millisecond of it, and at most. In each turn libuv takes in one new connection and
 * no more (uv__server_io in src/unix/stream.c), and a herd of nats-servers comes over new ones: with one turn between
 * stretches of 2 ms, the hundredth of them would wait for 0.2 s.
 */
const TURNS_A_MS = 4;
const MOST_TURNS = 64;

async function othersTurns(tookMs: number): Promise<void> {
  const turns = Math.min(MOST_TURNS, Math.ceil(tookMs * TURNS_A_MS));
  for (let turn = 0; turn < turns; turn++) await nextTurn();
}

/** Work that goes on until its stretch is over, again and again. */
class Stretches {
  #beganAt = performance.now();

  /** Undefined while the stretch lasts; else others have their turns, and the next one begins when it resolves. */
  next(): Promise<void> | undefined {
    const tookMs = performance.now() - this.#beganAt;
    return tookMs < STRETCH_MS ? undefined : this.#rest(tookMs);
  }

  async #rest(tookMs: number): Promise<void> {
    await othersTurns(tookMs);
    this.#beganAt = performance.now();
  }
}

/** Does something with each item, in order, and lets requests be answered in between. */
export async function eachInTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  const stretches = new Stretches();
  for (const item of items) {
    work(item);
    const turn = stretches.next();
    if (turn !== undefined) await turn;
  }
}

/** Hands on each item, in order, and lets requests be answered in between: for what is made piece by piece as it is taken. */
export async function* handOnInTurns<T>(items: Iterable<T>): AsyncGenerator<T> {
  const stretches = new Stretches();
  for (const item of items) {
    yield item;
    const turn = stretches.next();
    if (turn !== undefined) await turn;
  }
}

/**
 * Divides work that comes in pieces among the turns of the event loop: whoever has a piece to do asks for its turn, and
 * waits when the pieces of this turn have taken their time. Pieces that wait are done in the order in which they came.
 */
export class Turns {
  #beganAt = 0;
  /** Until when pieces may be done; undefined while none was asked for. */
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

  #begin(stretchMs: number): void {
    this.#beganAt = performance.now();
    this.#end = this.#beganAt + stretchMs;
    setImmediate(() => void this.#goOn());
  }

  async #goOn(): Promise<void> {
    // Meanwhile whoever asks waits.
    const tookMs = performance.now() - this.#beganAt;
    if (tookMs >= STRETCH_MS) await othersTurns(tookMs);
    this.#end = undefined;
    if (this.#waiting.length === 0) return;
    this.#begin(STRETCH_MS);
    for (let go = this.#waiting.shift(); go !== undefined; go = this.#waiting.shift()) {
      go();
      // The piece is done in the microtasks before this one goes on.
      await undefined;
      if (performance.now() - this.#beganAt >= STRETCH_MS) return;
    }
  }
}
