import { describe, expect, test } from 'vitest';
import type { FleetStatus } from '../../src/fleet/views.js';
import { Awaited } from './awaited.js';
import { comparedFleet, type FleetUnderTest, KEYS, serverOf } from './fleet-under-test.js';

function waitForAll(it: FleetUnderTest, waitMs: number, signal?: AbortSignal) {
  return new Awaited<FleetStatus>(it, it.fleet.whenAllEffective(waitMs, signal));
}

describe('who waits for everything', () => {
  test('is answered when the last account is proven', async () => {
    const it = await comparedFleet(2);
    expect((await it.fleet.whenAllEffective(10_000)).effective).toBe(true);
    for (const key of KEYS) it.change(key, `${key}2`);
    const awaited = waitForAll(it, 10_000);
    await it.clock.pass(15);
    expect(awaited.answer).toBeUndefined();
    await it.clock.pass(100);
    expect(awaited.answer).toMatchObject({
      effective: true,
      underWay: 0,
      accounts: { effective: 3, incomplete: 0, expired: 0, pending: 0, unknown: 0 },
    });
  });

  test('counts accounts that no server has ever heard of', async () => {
    const it = await comparedFleet(2);
    it.published.publish('quiet', 'Q1');
    expect(it.fleet.status().accounts).toMatchObject({ effective: 4 });
    serverOf(it, 0).frozen = true;
    it.change('A', 'A2');
    const awaited = waitForAll(it, 5_000);
    await it.clock.pass(6_000);
    expect(awaited.answer).toMatchObject({ effective: false, accounts: { effective: 0, unknown: 4 } });
  });

  test('is told what is not well at the deadline', async () => {
    const it = await comparedFleet(2);
    serverOf(it, 0).refuses = 'no';
    it.change('B', 'B2');
    const awaited = waitForAll(it, 5_000);
    await it.clock.pass(6_000);
    expect(awaited.answer).toMatchObject({ effective: false, accounts: { effective: 2, pending: 1 } });
    const { rows } = it.fleet.accounts({ limit: 10, states: new Set(['pending', 'unknown']) });
    expect(rows.map(({ accountKey }) => accountKey)).toEqual(['B']);
  });

  test('is answered when what was not well is withdrawn', async () => {
    const it = await comparedFleet(2);
    serverOf(it, 0).refuses = 'no';
    it.change('B', 'B2');
    const awaited = waitForAll(it, 60_000);
    await it.clock.pass(1_000);
    expect(awaited.answer).toBeUndefined();
    it.published.texts.delete('B');
    it.fleet.changed('B');
    await it.clock.pass(1);
    expect(awaited.answer).toMatchObject({ effective: true, accounts: { effective: 2 } });
  });

  test('asks at once about imports that may have healed by themselves', async () => {
    const it = await comparedFleet(1);
    serverOf(it, 0).loaded.set('A', { jwt: 'A2', complete: false });
    it.change('A', 'A2');
    await it.clock.pass(1_000);
    expect(it.fleet.account('A')?.state).toBe('incomplete');
    serverOf(it, 0).loaded.set('A', { jwt: 'A2', complete: true });
    const awaited = waitForAll(it, 60_000);
    await it.clock.pass(20);
    expect(awaited.answer?.effective).toBe(true);
  });

  test('during an outage is answered when all servers were found again', async () => {
    const it = await comparedFleet(2);
    it.net.disconnect();
    const awaited = waitForAll(it, 60_000);
    await it.clock.pass(1_000);
    expect(it.fleet.status()).toMatchObject({ effective: false, accounts: { unknown: 3 } });
    expect(awaited.answer).toBeUndefined();
    it.net.connect();
    await it.clock.pass(1_000);
    expect(awaited.answer?.effective).toBe(true);
  });
});
