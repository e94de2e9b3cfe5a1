import { expect, test } from 'vitest';
import { changeWhileAway } from './nats-away.js';

test('N1: 100 changes to 10 accounts while NATS is away: one notice an account at most, and the newest runs', async () => {
  const { notices } = await changeWhileAway({ accounts: 10, changesEach: 10, awayMs: 500 });
  expect(notices).toBeLessThanOrEqual(10);
}, 120_000);
