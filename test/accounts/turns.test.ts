import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { handOnInTurns, Turns } from '../../src/accounts/turns.js';
import { buildAccounts } from '../support/accounts.js';
import { mintAccount, mintOperator } from '../support/mint.js';

/** Work of a millisecond. */
function work(): void {
  for (const end = performance.now() + 1; performance.now() < end; );
}

/** How many turns others have while something is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let [running, turns] = [true, 0];
  const others = (async () => {
    for (; running; await nextTurn()) turns++;
  })();
  await work();
  running = false;
  await others;
  return turns;
}

test('what is handed on in turns keeps its order and lets others have theirs', async () => {
  const items = Array.from({ length: 20 }, (_, i) => i);
  const taken: number[] = [];
  const turns = await turnsDuring(async () => {
    for await (const item of handOnInTurns(items)) {
      work();
      taken.push(item);
    }
  });
  expect(taken).toEqual(items);
  // Several between two stretches, since each takes in one new connection.
  expect(turns).toBeGreaterThanOrEqual(40);
});

test('a piece that comes alone waits for nobody', async () => {
  const turns = new Turns();
  expect(turns.next()).toBeUndefined();
  await nextTurn();
  expect(turns.next()).toBeUndefined();
});

test('pieces that wait go first, in their order', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const piece = async (name: string, more?: () => void): Promise<void> => {
    await turns.next();
    work();
    work();
    done.push(name);
    more?.();
  };
  const late: Promise<void>[] = [];
  await Promise.all([piece('a'), piece('b', () => void late.push(piece('d'))), piece('c')]);
  await Promise.all(late);
  expect(done).toEqual(['a', 'b', 'c', 'd']);
});

test('many pushes at once are judged in their order, and let others have their turns', async () => {
  const bench = await buildAccounts();
  const { jwt } = mintAccount(mintOperator());
  const pushes = Array.from({ length: 300 }, (_, i) => i);
  const refused: number[] = [];
  const turns = await turnsDuring(() =>
    Promise.all(pushes.map((i) => bench.push(jwt).then(() => void refused.push(i)))),
  );
  expect(refused).toEqual(pushes);
  expect(turns).toBeGreaterThanOrEqual(20);
});
