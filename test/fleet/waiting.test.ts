import { describe, expect, test } from 'vitest';
import type { AccountView } from '../../src/fleet/views.js';
import { Awaited } from './awaited.js';
import { comparedFleet, FleetUnderTest, serverOf } from './fleet-under-test.js';

function waitFor(it: FleetUnderTest, key: string, waitMs: number, signal?: AbortSignal) {
  return new Awaited<AccountView | undefined>(it, it.fleet.whenEffective(key, waitMs, signal));
}

describe('who waits for an account', () => {
  test('that is proven everywhere waits until the servers have said so once more', async () => {
    const it = await comparedFleet(3);
    const awaited = waitFor(it, 'A', 10_000);
    await it.clock.pass(50);
    const row = {
      accountKey: 'A',
      state: 'effective',
      effective: true,
      version: 1,
      pendingSinceMs: undefined,
    };
    expect(awaited.answer).toMatchObject(row);
    const asked = { ...it.net.asked };
    expect(await it.fleet.whenEffective('A', 10_000)).toMatchObject(row);
    expect(it.net.asked).toEqual(asked);
  });

  test('that a server has loaded since it was last asked, in an older version, is not told that all is well', async () => {
    const it = await comparedFleet(2);
    it.published.publish('D', 'D1');
    it.fleet.changed('D');
    await it.clock.pass(10_000);
    serverOf(it, 1).loaded.set('D', { jwt: 'D0', complete: true });
    expect(it.fleet.account('D')).toMatchObject({ state: 'effective' });
    const awaited = waitFor(it, 'D', 10_000);
    await it.clock.pass(100);
    expect(it.running('D')).toEqual([undefined, 'D1']);
    expect(awaited.answer).toMatchObject({ state: 'effective' });
  });

  test('of which nothing is published is told so', async () => {
    const it = await comparedFleet(1);
    expect(await it.fleet.whenEffective('nothing', 10_000)).toBeUndefined();
  });

  test('is answered when the last server has proven it, not before', async () => {
    const it = await comparedFleet(3);
    const beganAtMs = it.clock.now();
    it.change('A', 'A2');
    const awaited = waitFor(it, 'A', 10_000);
    expect(it.fleet.account('A')).toMatchObject({ state: 'pending', pendingSinceMs: beganAtMs });
    await it.clock.pass(5);
    expect(it.running('A')).toEqual(['A2', 'A2', 'A2']);
    expect(awaited.answer).toBeUndefined();
    await it.clock.pass(100);
    expect(awaited.answer).toMatchObject({ state: 'effective', version: 2, pendingSinceMs: undefined });
    expect((awaited.atMs ?? 0) - beganAtMs).toBeLessThan(50);
  });

  test('that is published once more meanwhile waits for the newest', async () => {
    const it = await comparedFleet(2);
    it.change('A', 'A2');
    const awaited = waitFor(it, 'A', 10_000);
    await it.clock.pass(3);
    it.change('A', 'A3');
    await it.clock.pass(100);
    expect(awaited.answer).toMatchObject({ state: 'effective', version: 3 });
    expect(it.running('A')).toEqual(['A3', 'A3']);
  });

  test('that a server refuses gets the row as it is at the deadline', async () => {
    const it = await comparedFleet(2);
    serverOf(it, 1).refuses = 'jwt store is full';
    it.change('A', 'A2');
    const beganAtMs = it.clock.now();
    const awaited = waitFor(it, 'A', 4_000);
    await it.clock.pass(60_000);
    expect(awaited.answer).toMatchObject({ state: 'pending', effective: false, pendingSinceMs: beganAtMs });
    expect(awaited.answer?.cells.map(({ effect }) => effect)).toEqual(['current', 'differs']);
    expect(awaited.atMs).toBe(beganAtMs + 4_000);
  });

  test('while a server is silent is not told that all is well; when the server is forgotten, he is', async () => {
    const it = await comparedFleet(2);
    serverOf(it, 1).frozen = true;
    it.change('A', 'A2');
    const [short, long] = [waitFor(it, 'A', 20_000), waitFor(it, 'A', 600_000)];
    await it.clock.pass(30_000);
    expect(short.answer).toMatchObject({ state: 'unknown', effective: false });
    expect(long.answer).toBeUndefined();
    it.net.servers.delete('N1');
    await it.clock.pass(200_000);
    expect(long.answer).toMatchObject({ state: 'effective' });
    expect(long.answer?.cells).toHaveLength(1);
  });

  test('while a server is silent is answered when it is back and has been put right', async () => {
    const it = await comparedFleet(2);
    serverOf(it, 1).frozen = true;
    it.change('A', 'A2');
    const awaited = waitFor(it, 'A', 60_000);
    await it.clock.pass(10_000);
    expect(awaited.answer).toBeUndefined();
    serverOf(it, 1).thaw();
    await it.clock.pass(6_000);
    expect(awaited.answer?.state).toBe('effective');
    expect(it.running('A')).toEqual(['A2', 'A2']);
  });

  test('that was just fetched in an older version waits for the second look', async () => {
    const it = await comparedFleet(2);
    it.published.publish('X', 'X1');
    const published = it.published.texts.get('X');
    if (published !== undefined) published.lastServedAtMs = it.clock.now();
    it.clock.after(1_500, () => serverOf(it, 0).loaded.set('X', { jwt: 'X1', complete: true }));
    it.change('X', 'X2');
    const awaited = waitFor(it, 'X', 10_000);
    await it.clock.pass(2_000);
    expect(awaited.answer).toBeUndefined();
    await it.clock.pass(500);
    expect(awaited.answer?.state).toBe('effective');
    expect(it.running('X')).toEqual(['X2', undefined]);
  });

  test('while NATS is away is answered after it came back', async () => {
    const it = await comparedFleet(2);
    it.net.disconnect();
    it.change('A', 'A2');
    const awaited = waitFor(it, 'A', 60_000);
    await it.clock.pass(10_000);
    expect(it.fleet.account('A')?.state).toBe('unknown');
    expect(awaited.answer).toBeUndefined();
    it.net.connect();
    await it.clock.pass(1_000);
    expect(awaited.answer?.state).toBe('effective');
  });

  test('that nobody has loaded is answered as soon as all servers were found and have listed what they have', async () => {
    const it = new FleetUnderTest();
    it.published.publish('X', 'X1');
    it.addServers(['N1', 'N2'], []);
    const awaited = waitFor(it, 'X', 60_000);
    await it.clock.pass(1_000);
    it.net.connect();
    await it.clock.pass(3);
    expect(awaited.answer).toBeUndefined();
    await it.clock.pass(20);
    expect(awaited.answer?.state).toBe('effective');
    expect(it.net.asked).toMatchObject({ compare: 0, compareAll: 0 });
  });

  test('that somebody else sent an update for is answered when it was proven again', async () => {
    const it = await comparedFleet(2);
    it.net.emit({ kind: 'foreign_update', accountKey: 'A' });
    const awaited = waitFor(it, 'A', 10_000);
    await it.clock.pass(240);
    expect(awaited.answer).toBeUndefined();
    await it.clock.pass(60);
    expect(awaited.answer?.state).toBe('effective');
    expect(it.net.sent).toEqual([]);
  });

  test('whose import is dead waits until it lives', async () => {
    const it = await comparedFleet(1);
    serverOf(it, 0).loaded.set('A', { jwt: 'A2', complete: false });
    it.change('A', 'A2', ['E']);
    const [short, long] = [waitFor(it, 'A', 2_000), waitFor(it, 'A', 10_000)];
    await it.clock.pass(3_000);
    expect(short.answer).toMatchObject({ state: 'incomplete', effective: false });
    serverOf(it, 0).completes.add('A');
    it.change('E', 'E1');
    await it.clock.pass(1_000);
    expect(long.answer?.state).toBe('effective');
  });

  test('that runs everywhere but has expired waits no longer', async () => {
    const it = await comparedFleet(2);
    for (const server of it.net.servers.values()) server.expires.add('A');
    it.change('A', 'A2');
    const awaited = waitFor(it, 'A', 10_000);
    await it.clock.pass(100);
    expect(awaited.answer).toMatchObject({ state: 'expired', effective: true });
  });

  test('that is withdrawn meanwhile is told so', async () => {
    const it = await comparedFleet(1);
    serverOf(it, 0).frozen = true;
    it.change('A', 'A2');
    const awaited = waitFor(it, 'A', 60_000);
    const beganAtMs = it.clock.now();
    it.published.texts.delete('A');
    it.fleet.changed('A');
    await it.clock.pass(100);
    expect(awaited).toMatchObject({ answer: undefined, atMs: beganAtMs });
  });

  test('asks at once what was proven long ago, together with all who wait', async () => {
    const it = await comparedFleet(3, { proofMaxAgeMs: 30_000 });
    await it.clock.pass(31_000);
    serverOf(it, 2).loaded.set('A', { jwt: 'replayed', complete: true });
    const { compareAll } = it.net.asked;
    const awaited = [waitFor(it, 'A', 10_000), waitFor(it, 'A', 10_000), waitFor(it, 'A', 10_000)];
    await it.clock.pass(2);
    expect(awaited.map(({ answer }) => answer)).toEqual([undefined, undefined, undefined]);
    expect(it.net.asked.compareAll).toBe(compareAll + 1);
    await it.clock.pass(100);
    expect(awaited.map(({ answer }) => answer?.state)).toEqual(['effective', 'effective', 'effective']);
    expect(it.running('A')).toEqual(['A1', 'A1', 'A1']);
  });

  test('is not told that all is well by a server that cannot say what it runs', async () => {
    const it = await comparedFleet(2, { proofMaxAgeMs: 30_000 });
    await it.clock.pass(31_000);
    serverOf(it, 0).speechless = true;
    const [short, long] = [waitFor(it, 'A', 5_000), waitFor(it, 'A', 300_000)];
    await it.clock.pass(6_000);
    expect(short.answer).toMatchObject({ state: 'pending', effective: false });
    expect(short.answer?.cells.map(({ effect }) => effect)).toEqual(['unproven', 'current']);
    serverOf(it, 0).speechless = false;
    await it.clock.pass(80_000);
    expect(long.answer?.state).toBe('effective');
  });

  test('may give up; nothing is left of his waiting', async () => {
    const it = await comparedFleet(1);
    serverOf(it, 0).refuses = 'no';
    it.change('A', 'A2');
    await it.clock.pass(10);
    const { timers } = it.clock;
    const giveUp = new AbortController();
    const awaited = waitFor(it, 'A', 60_000, giveUp.signal);
    const beganAtMs = it.clock.now();
    expect(it.clock.timers).toBe(timers + 1);
    giveUp.abort();
    expect(it.clock.timers).toBe(timers);
    await it.clock.pass(10);
    expect(awaited.answer?.state).toBe('pending');
    expect(awaited.atMs).toBe(beganAtMs);
    expect((await it.fleet.whenEffective('A', 60_000, giveUp.signal))?.state).toBe('pending');
  });

  test.each([0, -1, Number.NaN])('for %d ms gets the row as it is', async (waitMs) => {
    const it = await comparedFleet(1);
    it.change('A', 'A2');
    expect(await it.fleet.whenEffective('A', waitMs)).toMatchObject({ state: 'pending' });
  });

  test('for ever is not woken by a timer that is too long', async () => {
    const it = await comparedFleet(1);
    serverOf(it, 0).refuses = 'no';
    it.change('A', 'A2');
    const awaited = waitFor(it, 'A', Number.POSITIVE_INFINITY);
    await it.clock.pass(100_000);
    expect(awaited.answer).toBeUndefined();
    it.fleet.close();
    await it.clock.pass(1);
    expect(awaited.answer?.state).toBe('unknown');
    expect(it.clock.timers).toBe(0);
  });

  test('of a fleet that was never started, or is closed, does not wait', async () => {
    const it = await comparedFleet(1);
    it.fleet.close();
    expect((await it.fleet.whenEffective('A', 60_000))?.state).toBe('unknown');
    expect((await it.fleet.whenAllEffective(60_000)).effective).toBe(false);
  });

  test('and may not ask servers what they run never learns', async () => {
    const it = new FleetUnderTest();
    it.net.denied = new Set(['compare']);
    it.published.publish('A', 'A1');
    it.addServers(['N1'], ['A']);
    it.net.connect();
    await it.clock.pass(5_000);
    it.change('A', 'A2');
    const awaited = waitFor(it, 'A', 5_000);
    await it.clock.pass(10_000);
    expect(it.running('A')).toEqual(['A2']);
    expect(awaited.answer).toMatchObject({ state: 'unknown', effective: false });
    // The user got the right; a connection shows it.
    it.net.denied = new Set();
    it.net.disconnect();
    it.net.connect();
    await it.clock.pass(1_000);
    expect(it.fleet.account('A')?.state).toBe('effective');
  });
});

describe('a look', () => {
  test('asks every server, and shows what one has loaded since', async () => {
    const it = await comparedFleet(2);
    it.published.publish('D', 'D1');
    it.fleet.changed('D');
    await it.clock.pass(10_000);
    serverOf(it, 1).loaded.set('D', { jwt: 'D1', complete: true });
    const looking = it.fleet.look('D');
    await it.clock.pass(50);
    expect((await looking)?.cells.map(({ effect }) => effect)).toEqual(['not_loaded', 'current']);
  });

  test('is over at once when nothing is published, when nobody can be asked, and when the fleet is closed', async () => {
    const it = await comparedFleet(1);
    expect(await it.fleet.look('nothing')).toBeUndefined();
    it.net.disconnect();
    expect(await it.fleet.look('A')).toMatchObject({ state: 'unknown' });
    it.fleet.close();
    expect(await it.fleet.look('A')).toMatchObject({ accountKey: 'A' });
  });
});
