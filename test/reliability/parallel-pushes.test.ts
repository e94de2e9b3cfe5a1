import { expect, test } from 'vitest';
import { pushInParallel } from './parallel-pushes.js';

test('D6: 50 pushes of one account at once, 10 rounds: the newest wins every one', async () => {
  const { accepted, refused } = await pushInParallel(10);
  expect(accepted).toBeGreaterThanOrEqual(10);
  expect(refused).toBeGreaterThan(0);
}, 120_000);
