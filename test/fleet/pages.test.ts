import { describe, expect, test } from 'vitest';
import type { AccountState } from '../../src/fleet/account-state.js';
import { FleetUnderTest } from './fleet-under-test.js';

const keysOf = (it: FleetUnderTest, page: Parameters<typeof it.fleet.accounts>[0]) => {
  const { rows, next, total } = it.fleet.accounts(page);
  return { keys: rows.map(({ accountKey }) => accountKey), next, total };
};

/** Six accounts, of which two are loaded; B is refused by one of two servers. */
async function sixAccounts(): Promise<FleetUnderTest> {
  const it = new FleetUnderTest();
  for (const key of ['F', 'B', 'D', 'A', 'E', 'C']) it.published.publish(key, `${key}1`);
  const [first] = it.addServers(['N1', 'N2'], ['A', 'B']);
  it.net.connect();
  await it.clock.pass(1_000);
  if (first !== undefined) first.refuses = 'no';
  it.change('B', 'B2');
  await it.clock.pass(1_000);
  return it;
}

describe('the grid, page by page', () => {
  test('goes through all that is published in the order of the keys, loaded or not', async () => {
    const it = await sixAccounts();
    expect(keysOf(it, { limit: 4 })).toEqual({ keys: ['A', 'B', 'C', 'D'], next: 'D', total: 6 });
    expect(keysOf(it, { limit: 4, after: 'D' })).toEqual({ keys: ['E', 'F'], next: undefined, total: 6 });
    expect(keysOf(it, { limit: 2, after: 'D' })).toEqual({ keys: ['E', 'F'], next: undefined, total: 6 });
    expect(keysOf(it, { limit: 1, after: 'BB' })).toEqual({ keys: ['C'], next: 'C', total: 6 });
    expect(keysOf(it, { limit: 1, after: 'Z' })).toEqual({ keys: [], next: undefined, total: 6 });
  });

  test('shows rows as they are shown alone', async () => {
    const it = await sixAccounts();
    const { rows } = it.fleet.accounts({ limit: 10 });
    expect(rows).toEqual(rows.map(({ accountKey }) => it.fleet.account(accountKey)));
  });

  test('shows only the states that are asked for, and counts them', async () => {
    const it = await sixAccounts();
    const states = (...wanted: AccountState[]) => new Set(wanted);
    expect(keysOf(it, { limit: 9, states: states('pending') })).toMatchObject({ keys: ['B'], total: 1 });
    expect(keysOf(it, { limit: 2, after: 'A', states: states('effective', 'unknown') })).toEqual({
      keys: ['C', 'D'],
      next: 'D',
      total: 5,
    });
    expect(keysOf(it, { limit: 2, states: states('expired') })).toEqual({
      keys: [],
      next: undefined,
      total: 0,
    });
    it.net.disconnect();
    expect(keysOf(it, { limit: 1, after: 'E', states: states('unknown') })).toMatchObject({
      keys: ['F'],
      total: 6,
    });
  });

  test('follows accounts that come and go', async () => {
    const it = await sixAccounts();
    for (const server of it.net.servers.values()) server.refuses = undefined;
    it.change('B', 'B3');
    keysOf(it, { limit: 9 });
    it.change('AA', 'new');
    it.published.texts.delete('C');
    it.fleet.changed('C');
    expect(keysOf(it, { limit: 9 }).keys).toEqual(['A', 'AA', 'B', 'D', 'E', 'F']);
    it.change('C', 'C1');
    it.published.texts.delete('A');
    it.fleet.changed('A');
    expect(keysOf(it, { limit: 9 })).toMatchObject({ keys: ['AA', 'B', 'C', 'D', 'E', 'F'], total: 6 });
    await it.clock.pass(100);
    expect(it.fleet.status().accounts).toMatchObject({ effective: 6 });
  });
});

describe('an account that was withdrawn', () => {
  test('and is published again in the same text is proven again', async () => {
    const it = await sixAccounts();
    it.published.texts.delete('A');
    it.fleet.changed('A');
    expect(it.fleet.status().accounts).toMatchObject({ effective: 4, pending: 1 });
    expect(it.fleet.account('A')).toBeUndefined();
    for (const server of it.net.servers.values()) server.loaded.set('A', { jwt: 'A0', complete: true });
    for (const server of it.net.servers.values()) server.refuses = undefined;
    it.change('A', 'A1');
    expect(it.fleet.account('A')?.state).toBe('pending');
    await it.clock.pass(100);
    expect(it.running('A')).toEqual(['A1', 'A1']);
    expect(it.fleet.account('A')?.state).toBe('effective');
  });
});
