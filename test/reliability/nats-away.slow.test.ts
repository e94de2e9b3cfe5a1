import { expect, test } from 'vitest';
import { changeWhileAway } from './nats-away.js';
import { report } from './report.js';

test('N1: 1,000 changes to 100 accounts while NATS is away for 60 s: 100 notices at most, and the newest runs', async () => {
  const { notices, effectiveMs } = await changeWhileAway({ accounts: 100, changesEach: 10, awayMs: 60_000 });
  const after = `all newest ${(effectiveMs / 1_000).toFixed(1)} s after the return`;
  report('N1', `1,000 changes to 100 accounts in 60 s without NATS: ${notices} notices, ${after}`);
  expect(notices).toBeLessThanOrEqual(100);
  // The target is 5 s; a machine with other things to do may take longer.
  expect(effectiveMs).toBeLessThan(45_000);
}, 300_000);
