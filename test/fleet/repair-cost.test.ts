import { describe, expect, test } from 'vitest';
import { comparedFleet, FleetUnderTest } from './fleet-under-test.js';

describe('what repair costs', () => {
  test('in peace: one roll call and one list per server for each interval', async () => {
    const it = await comparedFleet(3, { proofMaxAgeMs: 1e9 });
    const before = { ...it.net.asked };
    await it.clock.pass(10 * 60_000);
    const rounds = it.net.asked.discover - before.discover;
    expect(rounds).toBeGreaterThanOrEqual(8);
    expect(rounds).toBeLessThanOrEqual(12);
    expect(it.net.asked.list - before.list).toBe(3 * rounds);
    expect(it.net.asked).toMatchObject({ compare: before.compare, compareAll: before.compareAll });
  });

  /** Three servers that have loaded two thousand accounts, started and compared. */
  async function threeTimesTwoThousand(options = {}) {
    const it = new FleetUnderTest({ proofMaxAgeMs: 1e9, ...options });
    const keys = Array.from({ length: 2_000 }, (_, index) => `A${index}`);
    for (const key of keys) it.published.publish(key, `${key} text`);
    it.addServers(['N1', 'N2', 'N3'], keys);
    it.net.connect();
    await it.clock.pass(5_000);
    return { it, keys };
  }

  /** What was asked and sent meanwhile. */
  async function during(it: FleetUnderTest, run: () => Promise<void>) {
    const [before, sent] = [{ ...it.net.asked }, it.net.sent.length];
    await run();
    const { list, compare, compareAll } = it.net.asked;
    return {
      lists: list - before.list,
      comparisons: compare + compareAll - before.compare - before.compareAll,
      notices: it.net.sent.length - sent,
    };
  }

  test('at the start: one list per server and one request per loaded account', async () => {
    const { it, keys } = await threeTimesTwoThousand();
    const { list, compare, compareAll } = it.net.asked;
    expect({ list, comparisons: compare + compareAll, notices: it.net.sent }).toEqual({
      list: 3,
      comparisons: 2_000,
      notices: [],
    });
    expect(keys.every((key) => it.fleet.account(key)?.effective)).toBe(true);
  });

  test('after an outage: the same, but only for accounts that changed; what differs is sent and proven', async () => {
    const { it, keys } = await threeTimesTwoThousand();
    it.net.disconnect();
    for (const key of keys.slice(0, 100)) it.change(key, `${key} newer`);
    const cost = await during(it, async () => {
      it.net.connect();
      await it.clock.pass(5_000);
    });
    expect(cost).toEqual({ lists: 3, comparisons: 100 + 100, notices: 100 });
    expect(it.fleet.status().effective).toBe(true);
  });

  test('when proofs have grown old: one request per loaded account, once for each age', async () => {
    const { it } = await threeTimesTwoThousand({ proofMaxAgeMs: 100_000 });
    const cost = await during(it, () => it.clock.pass(195_000));
    expect(cost.comparisons).toBe(2_000);
    expect(cost.notices).toBe(0);
  });

  test('when one server is new, or back after silence: one list, and one request per account it has not proven', async () => {
    const { it, keys } = await threeTimesTwoThousand();
    const [, second] = [...it.net.servers.values()];
    if (second === undefined) throw new Error('no second server');
    const restart = await during(it, async () => {
      it.net.emit({ kind: 'server_gone', serverId: second.id });
      it.net.servers.delete(second.id);
      const fresh = it.net.add('fresh');
      for (const key of keys.slice(0, 500)) fresh.loaded.set(key, { jwt: `${key} text`, complete: true });
      await it.clock.pass(5_000);
    });
    expect(restart).toEqual({ lists: 1, comparisons: 500, notices: 0 });
    expect(it.fleet.status().effective).toBe(true);
  });

  test('a caller who waits for all: nothing when all is proven; for one account: one request', async () => {
    const { it, keys } = await threeTimesTwoThousand();
    const [key = ''] = keys;
    const cost = await during(it, async () => {
      await it.fleet.whenAllEffective(10_000);
      const waiting = Array.from({ length: 50 }, () => it.fleet.whenEffective(key, 10_000));
      await it.clock.pass(100);
      await Promise.all(waiting);
      await it.fleet.whenEffective(key, 10_000);
    });
    expect(cost).toEqual({ lists: 0, comparisons: 1, notices: 0 });
  });
});
