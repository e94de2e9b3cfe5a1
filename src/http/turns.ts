import { eachInTurns } from '../accounts/turns.js';

/** Does something with each item, in order, and lets other requests be answered in between. */
export async function inTurns<T, R>(items: Iterable<T>, work: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  await eachInTurns(items, (item) => results.push(work(item)));
  return results;
}
