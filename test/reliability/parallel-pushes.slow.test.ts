import { expect, test } from 'vitest';
import { pushInParallel } from './parallel-pushes.js';
import { report } from './report.js';

test('D6: 50 pushes of one account at once, 1,000 rounds: the newest wins every one', async () => {
  const { accepted, refused } = await pushInParallel(1_000);
  report('D6', `1,000 rounds of 50 pushes at once: ${accepted} accepted, ${refused} refused as older`);
  expect(accepted + refused).toBe(50_000);
}, 400_000);
