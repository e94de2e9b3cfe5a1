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
