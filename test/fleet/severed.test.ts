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

test('a server that is cut off while it alone is asked what it runs is missed', async () => {
  const it = new FleetUnderTest({ comparisonsPerSecond: 0.2 });
  for (const key of ['A', 'B']) it.published.publish(key, `${key}1`);
  const [, far] = it.addServers(['N0', 'N1'], []);
  it.net.connect();
  await it.clock.pass(5_000);
  if (far === undefined) throw new Error('no second server');
  for (const key of ['A', 'B']) far.loaded.set(key, { jwt: `${key}1`, complete: true });
  // The next round finds both; B is asked about five seconds after A.
  while (it.fleet.account('A')?.cells[1]?.effect !== 'current') await it.clock.pass(1);
  far.severed = true;
  await it.clock.pass(6_000);
  expect(it.net.asked).toMatchObject({ compare: 2, compareAll: 0 });
  expect(it.fleet.status().servers.map(({ presence }) => presence)).toEqual(['present', 'silent']);
  expect(it.fleet.account('B')?.state).toBe('unknown');
});
