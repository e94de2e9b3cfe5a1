import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from '../../src/store/turns.js';

/** Work of a millisecond. */
function work(): void {
  for (const end = performance.now() + 1; performance.now() < end; );
}

test('many pieces of work at once leave turns of the event loop to others', async () => {
  const turns = new Turns();
  let [running, othersTurns] = [true, 0];
  const others = (async () => {
    for (; running; await nextTurn()) othersTurns++;
  })();
  const done: number[] = [];
  await Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      await turns.next();
      work();
      done.push(i);
    }),
  );
  running = false;
  await others;
  expect(done).toEqual(Array.from({ length: 60 }, (_, i) => i));
  expect(othersTurns).toBeGreaterThanOrEqual(10);
});

test('one long work is divided as well', async () => {
  const turns = new Turns();
  let waits = 0;
  for (let i = 0; i < 40; i++) {
    const turn = turns.next();
    if (turn !== undefined) waits++;
    await turn;
    work();
  }
  expect(waits).toBeGreaterThanOrEqual(6);
});
