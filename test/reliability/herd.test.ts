import { expect, test } from 'vitest';
import { herd, startLarge } from './herd.js';

test('H5: 1,500 GETs, 500 at once, a connection each, unknown keys among them: every answer is right', async () => {
  await herd(await startLarge(300), 1_500, 500);
}, 90_000);

test('H6: nothing is answered before all accounts are loaded', async () => {
  const { directory, service } = await startLarge(1_000);
  // The listener opens last: the first answer that there can be is the right one.
  const [, served] = /"served":(\d+)/.exec(service.log()) ?? [];
  expect(Number(served)).toBe(directory.accounts.length);
  expect(service.log().indexOf('"served"')).toBeLessThan(service.log().indexOf('"url"'));
  await herd({ directory, service }, 300, 50);
}, 90_000);
