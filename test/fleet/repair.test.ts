import { describe, expect, test } from 'vitest';
import { comparedFleet, FleetUnderTest, KEYS, serverOf } from './fleet-under-test.js';

describe('after an outage', () => {
  test('each account that changed is sent once, however often it changed', async () => {
    const it = await comparedFleet(3);
    it.net.disconnect();
    for (const version of [2, 3, 4]) for (const key of KEYS) it.change(key, `${key}${version}`);
    it.change('unused', 'X2');
    await it.clock.pass(60_000);
    expect(it.net.sent).toEqual([]);
    it.net.connect();
    await it.clock.pass(1_000);
    expect(it.net.sent.map(({ text }) => text).sort()).toEqual(['A4', 'B4', 'C4']);
    for (const key of KEYS) expect(it.fleet.account(key)?.effective).toBe(true);
    expect(it.fleet.account('unused')?.effective).toBe(true);
    expect(it.meter.repaired).toBe(9);
  });

  test('nothing is sent when nothing changed, and proofs still count', async () => {
    const it = await comparedFleet(3);
    const before = { ...it.net.asked };
    it.net.disconnect();
    await it.clock.pass(1_000);
    it.net.connect();
    await it.clock.pass(5_000);
    expect(it.net.sent).toEqual([]);
    expect(it.net.asked.list - before.list).toBe(3);
    expect(it.net.asked.compare + it.net.asked.compareAll).toBe(before.compare + before.compareAll);
  });

  test('a change that was on its way is not lost', async () => {
    const it = await comparedFleet(2);
    it.change('A', 'A2');
    it.change('B', 'B2');
    it.net.disconnect();
    await it.clock.pass(1_000);
    for (const server of it.net.servers.values()) server.loaded.set('A', { jwt: 'A1', complete: true });
    it.net.connect();
    await it.clock.pass(5_000);
    expect(it.running('A')).toEqual(['A2', 'A2']);
    expect(it.running('B')).toEqual(['B2', 'B2']);
  });
});

test('what was issued last is compared first: that is what changed while nobody could tell the servers', async () => {
  const it = new FleetUnderTest({ comparisonsPerSecond: 10, comparisonsAtOnce: 1 });
  const keys = Array.from({ length: 40 }, (_, n) => `account${n}`);
  for (const [n, key] of keys.entries()) it.published.publish(key, 'old', [], (n * 7) % 40);
  it.addServers(['N1'], keys);
  const changed = keys.filter((_, n) => (n * 7) % 40 >= 38);
  for (const key of changed) it.published.publish(key, 'new', [], 1_000);
  it.net.connect();
  await it.clock.pass(1_000);
  expect(it.net.sent.map(({ key }) => key).sort()).toEqual(changed.sort());
  expect(it.net.asked.compare + it.net.asked.compareAll).toBeLessThan(20);
});

describe('drift', () => {
  test('that an update of somebody else causes is repaired at once', async () => {
    const it = await comparedFleet(2);
    for (const server of it.net.servers.values()) server.update('A', 'replayed');
    it.net.emit({ kind: 'foreign_update', accountKey: 'A' });
    it.net.emit({ kind: 'foreign_update', accountKey: 'unknown' });
    await it.clock.pass(1_000);
    expect(it.running('A')).toEqual(['A1', 'A1']);
    expect(it.meter.repaired).toBe(2);
  });

  test('that nobody saw is found when the proof is old', async () => {
    const it = await comparedFleet(2, { proofMaxAgeMs: 100_000 });
    serverOf(it, 0).update('A', 'replayed');
    await it.clock.pass(50_000);
    expect(it.running('A')).toEqual(['replayed', 'A1']);
    await it.clock.pass(150_000);
    expect(it.running('A')).toEqual(['A1', 'A1']);
  });

  test('an account that a server loads later is compared at the next round', async () => {
    const it = await comparedFleet(2);
    it.published.publish('late', 'L2');
    serverOf(it, 0).loaded.set('late', { jwt: 'L1', complete: true });
    await it.clock.pass(75_000);
    expect(serverOf(it, 0).loaded.get('late')?.jwt).toBe('L2');
  });

  test('a placeholder, and accounts that are not ours, are left alone', async () => {
    const it = await comparedFleet(1);
    serverOf(it, 0).loaded.set('B', { jwt: undefined, complete: false });
    serverOf(it, 0).loaded.set('foreign', { jwt: 'F', complete: true });
    it.net.disconnect();
    it.change('B', 'B2');
    it.net.connect();
    await it.clock.pass(200_000);
    expect(it.net.sent).toEqual([]);
    expect(it.fleet.account('foreign')).toBeUndefined();
  });
});

describe('without the right to compare', () => {
  test('changes are sent, and those of an outage once after it', async () => {
    const it = new FleetUnderTest();
    it.net.denied = new Set(['discover', 'list', 'compare']);
    for (const key of KEYS) it.published.publish(key, `${key}1`);
    it.addServers(['N1', 'N2'], KEYS);
    it.net.connect();
    await it.clock.pass(10_000);
    expect(it.net.sent).toEqual([]);
    it.change('A', 'A2');
    await it.clock.pass(5_000);
    expect(it.running('A')).toEqual(['A2', 'A2']);
    it.net.disconnect();
    for (const version of [3, 4]) it.change('B', `B${version}`);
    await it.clock.pass(1_000);
    it.net.connect();
    await it.clock.pass(10_000);
    expect(it.net.sent.map(({ text }) => text)).toEqual(['A2', 'B4']);
    expect(it.fleet.account('B')?.effective).toBe(false);
    expect(it.log.lines.filter(({ message }) => message.includes('cannot be compared'))).toHaveLength(2);
  });

  test('refusals and silence are still tried again', async () => {
    const it = new FleetUnderTest();
    it.net.denied = new Set(['discover', 'list', 'compare']);
    it.published.publish('A', 'A1');
    it.net.connect();
    await it.clock.pass(1_000);
    it.change('A', 'A2');
    await it.clock.pass(10_000);
    expect(it.net.noticesOf('A').length).toBeGreaterThan(1);
    const [server] = it.addServers(['N1'], ['A']);
    if (server !== undefined) server.refuses = 'no';
    await it.clock.pass(10_000);
    if (server !== undefined) server.refuses = undefined;
    await it.clock.pass(120_000);
    expect(it.running('A')).toEqual(['A2']);
  });
});
