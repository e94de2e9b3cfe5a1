import { describe, expect, test } from 'vitest';
import type { FleetStatus } from '../../src/fleet/views.js';
import { Awaited } from './awaited.js';
import { comparedFleet, type FleetUnderTest, serverOf } from './fleet-under-test.js';

/** Somebody sends servers another token of A, which nobody here hears. */
function replaceUnheard(it: FleetUnderTest): void {
  for (const server of it.net.servers.values()) server.loaded.set('A', { jwt: 'A0', complete: true });
}

/** A fleet without connection for a while, in which servers got an older token of A. */
async function afterGap(): Promise<FleetUnderTest> {
  const it = await comparedFleet(3);
  it.net.disconnect();
  await it.clock.pass(3_000);
  replaceUnheard(it);
  it.net.connect();
  return it;
}

describe('what others sent while the service could not hear', () => {
  test('is found and put right within one interval', async () => {
    const it = await afterGap();
    await it.clock.pass(75_000);
    expect(it.running('A')).toEqual(['A1', 'A1', 'A1']);
    expect(it.meter.repaired).toBe(3);
    expect(it.net.noticesOf('A')).toEqual(['A1']);
  });

  test.each([0, 1, 3, 10, 1_000])(
    'is found before somebody who asks %i ms after the return is told that all is well',
    async (afterMs) => {
      const it = await afterGap();
      await it.clock.pass(afterMs);
      const awaited = new Awaited<FleetStatus>(it, it.fleet.whenAllEffective(10_000));
      while (awaited.answer === undefined) await it.clock.pass(1);
      expect(awaited.answer.effective).toBe(true);
      expect(it.running('A')).toEqual(['A1', 'A1', 'A1']);
    },
  );

  test('is found for who has been waiting since before', async () => {
    const it = await comparedFleet(2);
    it.net.disconnect();
    const awaited = new Awaited<FleetStatus>(it, it.fleet.whenAllEffective(60_000));
    await it.clock.pass(3_000);
    replaceUnheard(it);
    it.net.connect();
    while (awaited.answer === undefined) await it.clock.pass(1);
    expect(awaited.answer.effective).toBe(true);
    expect(it.running('A')).toEqual(['A1', 'A1']);
  });

  test('to one server that was frozen is found too', async () => {
    const it = await comparedFleet(2);
    serverOf(it, 1).frozen = true;
    it.change('B', 'B2');
    await it.clock.pass(10_000);
    serverOf(it, 1).loaded.set('A', { jwt: 'A0', complete: true });
    serverOf(it, 1).thaw();
    await it.clock.pass(75_000);
    expect(it.running('A')).toEqual(['A1', 'A1']);
  });
});

test('proofs are renewed once after a gap, not at each round', async () => {
  const it = await comparedFleet(3);
  it.net.disconnect();
  await it.clock.pass(3_000);
  it.net.connect();
  await it.clock.pass(75_000);
  const before = it.net.asked.compare + it.net.asked.compareAll;
  await it.clock.pass(300_000);
  expect(it.net.asked.compare + it.net.asked.compareAll).toBe(before);
  expect(it.net.sent).toEqual([]);
});

test('what was known to be wrong before somebody wants to be sure stays known, and counts as repaired', async () => {
  const it = await comparedFleet(1, { retryFirstMs: 2_000 });
  serverOf(it, 0).refuses = 'not now';
  it.change('A', 'A2');
  await it.clock.pass(100);
  it.net.disconnect();
  await it.clock.pass(3_000);
  it.net.connect();
  await it.clock.pass(20);
  expect(it.fleet.account('A')?.cells.map(({ effect }) => effect)).toEqual(['differs']);
  const awaited = new Awaited<FleetStatus>(it, it.fleet.whenAllEffective(60_000));
  serverOf(it, 0).refuses = undefined;
  await it.clock.pass(20_000);
  expect(awaited.answer?.effective).toBe(true);
  expect(it.meter.repaired).toBe(1);
});
