import { expect, test } from 'vitest';
import { FleetUnderTest } from './fleet-under-test.js';

/** Long enough for every back-off to have reached its most; spread over the rhythm of calls and roll calls. */
const OUTAGES_MS = Array.from({ length: 40 }, (_, index) => 10_000 + index * 250);

test('a server that was cut off, and says nothing when it is back, gets what it missed within three seconds', async () => {
  const late: string[] = [];
  for (const outageMs of OUTAGES_MS) {
    const it = new FleetUnderTest();
    it.published.publish('A', 'A1');
    const [, , far] = it.addServers(['N0', 'N1', 'N2'], ['A']);
    it.net.connect();
    await it.clock.pass(5_000);
    if (far === undefined) throw new Error('no third server');
    far.severed = true;
    it.change('A', 'A2');
    await it.clock.pass(outageMs);
    expect(far.loaded.get('A')?.jwt).toBe('A1');
    far.severed = false;
    await it.clock.pass(3_000);
    if (it.fleet.account('A')?.effective !== true) late.push(`after ${outageMs} ms`);
  }
  expect(late).toEqual([]);
});

test('a server that is cut off is missed although nothing changes, as soon as it is asked', async () => {
  const it = new FleetUnderTest();
  it.published.publish('A', 'A1');
  const [, far] = it.addServers(['N0', 'N1'], ['A']);
  it.net.connect();
  await it.clock.pass(5_000);
  if (far === undefined) throw new Error('no second server');
  far.severed = true;
  await it.clock.pass(80_000);
  expect(it.fleet.status().servers.map(({ presence }) => presence)).toEqual(['present', 'silent']);
  expect(it.fleet.account('A')?.state).toBe('unknown');
});
