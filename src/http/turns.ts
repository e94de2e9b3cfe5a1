import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may go on before others get their turn, in milliseconds. */
const STRETCH_MS = 2;

/** Does something with each item, in order, and lets other requests be answered in between. */
export async function inTurns<T, R>(items: Iterable<T>, work: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  let until = performance.now() + STRETCH_MS;
  for (const item of items) {
    results.push(work(item));
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + STRETCH_MS;
  }
  return results;
}
