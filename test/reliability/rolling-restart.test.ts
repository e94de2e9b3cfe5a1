import { expect, test } from 'vitest';
import { restartInTurn } from './rolling-restart.js';

test('N5: three servers are restarted in turn while accounts change: no valid login is refused, and the newest runs', async () => {
  const { logins, refused } = await restartInTurn(1);
  expect(refused).toEqual([]);
  expect(logins).toBeGreaterThan(5);
}, 180_000);
