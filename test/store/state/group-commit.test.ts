import { expect, test } from 'vitest';
import { GroupCommit } from '../../../src/store/state/group-commit.js';

/** A commit whose steps a test ends by hand. */
function byHand() {
  const steps: { readonly end: () => void; readonly fail: () => void }[] = [];
  const commit = new GroupCommit(
    () =>
      new Promise(
        (resolve, reject) => void steps.push({ end: resolve, fail: () => reject(new Error('no')) }),
      ),
  );
  return { commit, steps };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('those who come while a step runs share the next one, which begins when it ends', async () => {
  const { commit, steps } = byHand();
  const first = commit.run();
  await turn();
  const served: number[] = [];
  const others = [1, 2, 3].map((n) => commit.run().then(() => served.push(n)));
  await turn();
  expect(steps).toHaveLength(1);
  steps[0]?.end();
  await first;
  await turn();
  expect(steps).toHaveLength(2);
  expect(served).toEqual([]);
  steps[1]?.end();
  await Promise.all(others);
  expect(served).toEqual([1, 2, 3]);
});

test('those of one moment share a step when nothing runs', async () => {
  const { commit, steps } = byHand();
  const all = [commit.run(), commit.run()];
  await turn();
  expect(steps).toHaveLength(1);
  steps[0]?.end();
  await Promise.all(all);
});

test('a failure reaches all that shared the step, and the next one begins anew', async () => {
  const { commit, steps } = byHand();
  const failing = Promise.allSettled([commit.run(), commit.run()]);
  await turn();
  const next = commit.run();
  steps[0]?.fail();
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await turn();
  steps[1]?.end();
  await next;
});

test('idle waits for what runs and what waits', async () => {
  const { commit, steps } = byHand();
  void commit.run();
  await turn();
  void commit.run();
  let idle = false;
  const end = commit.idle().then(() => {
    idle = true;
  });
  steps[0]?.end();
  await turn();
  expect(idle).toBe(false);
  steps[1]?.end();
  await end;
});
