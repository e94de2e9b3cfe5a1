import { expect, test } from 'vitest';
import { SharedSyncs } from '../../../src/store/saving/shared-syncs.js';

/** Syncs that end when they are told to. */
class Steps {
  readonly begun: string[] = [];
  readonly #ends: (() => void)[] = [];
  readonly syncs = new SharedSyncs(
    (path) =>
      new Promise((resolve) => {
        this.begun.push(path);
        this.#ends.push(resolve);
      }),
  );

  async begunAre(count: number): Promise<void> {
    await expect.poll(() => this.begun.length).toBe(count);
  }

  endOne(): void {
    this.#ends.shift()?.();
  }
}

test('who comes while a sync runs shares the next one, which began after all of them came', async () => {
  const steps = new Steps();
  const first = steps.syncs.sync('a');
  await steps.begunAre(1);
  let late = 0;
  const others = Array.from({ length: 10 }, () => steps.syncs.sync('a').then(() => late++));
  steps.endOne();
  await first;
  await steps.begunAre(2);
  expect(late).toBe(0);
  steps.endOne();
  await Promise.all(others);
  expect(steps.begun).toEqual(['a', 'a']);
});

test('directories do not wait for each other', async () => {
  const steps = new Steps();
  const syncs = ['a', 'b', 'c'].map((path) => steps.syncs.sync(path));
  await steps.begunAre(3);
  for (let i = 0; i < 3; i++) steps.endOne();
  await Promise.all(syncs);
});

test('a sync that fails fails for those who waited for it, and not for those after them', async () => {
  let fails = true;
  const syncs = new SharedSyncs(async () => {
    if (fails) throw new Error('EIO');
  });
  const failing = [syncs.sync('a'), syncs.sync('a')];
  for (const sync of failing) await expect(sync).rejects.toThrow('EIO');
  fails = false;
  await syncs.sync('a');
});
