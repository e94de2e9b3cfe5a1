import { describe, expect, test } from 'vitest';
import { mintAccount, nowSeconds } from '../support/mint.js';
import { fleetOn, running, useOn } from './fleet-on-nats.js';
import { World } from './world.js';

const CHANGES = 15;

describe('whoever waits, on a cluster', () => {
  test('is answered when every server runs the newest, each time', async () => {
    const world = new World();
    const servers = await world.cluster(3);
    const account = world.account('app');
    await useOn(servers, account);
    const { fleet } = fleetOn(world, servers[1]?.url ?? '');
    expect(await fleet.whenEffective(account.key, 10_000)).toMatchObject({ state: 'effective', version: 1 });
    for (let change = 0; change < CHANGES; change++) {
      const { jwt } = world.account('app', account);
      fleet.changed(account.key);
      const row = await fleet.whenEffective(account.key, 10_000);
      expect(row).toMatchObject({ state: 'effective', version: change + 2 });
      expect(row?.cells.map(({ effect }) => effect)).toEqual(['current', 'current', 'current']);
      expect(await running(servers, account.key)).toEqual([jwt, jwt, jwt]);
    }
  });

  test('is not told that all is well while a server is frozen', async () => {
    const world = new World();
    const servers = await world.cluster(3);
    const account = world.account('app');
    await useOn(servers, account);
    const { fleet } = fleetOn(world, servers[0]?.url ?? '');
    expect((await fleet.whenAllEffective(10_000)).effective).toBe(true);
    servers[2]?.kill('SIGSTOP');
    const { jwt } = world.account('app', account);
    fleet.changed(account.key);
    const [short, long] = [fleet.whenEffective(account.key, 2_000), fleet.whenAllEffective(20_000)];
    expect(await short).toMatchObject({ state: 'unknown', effective: false });
    expect(fleet.status()).toMatchObject({ effective: false, accounts: { effective: 0 } });
    servers[2]?.kill('SIGCONT');
    expect(await long).toMatchObject({ effective: true, accounts: { effective: 2 } });
    expect(await running(servers, account.key)).toEqual([jwt, jwt, jwt]);
  });

  test('is answered at once for an account that no server has loaded', async () => {
    const world = new World();
    const { fleet } = fleetOn(world, (await world.server()).url);
    const unused = world.account('unused');
    fleet.changed(unused.key);
    expect(await fleet.whenEffective(unused.key, 10_000)).toMatchObject({ state: 'effective' });
    expect(fleet.account(unused.key)?.cells.map(({ effect }) => effect)).toEqual(['not_loaded']);
  });

  test('hears of an account that has expired on the server', async () => {
    const world = new World();
    const server = await world.server();
    const account = world.account('app');
    await useOn([server], account);
    const { fleet } = fleetOn(world, server.url, undefined, { proofMaxAgeMs: 0 });
    const { identity } = account;
    world.publish(mintAccount(world.operator, { identity, claims: { exp: nowSeconds() + 4 } }));
    fleet.changed(account.key);
    expect(await fleet.whenEffective(account.key, 10_000)).toMatchObject({ state: 'effective' });
    const state = async () => (await fleet.whenEffective(account.key, 1_000))?.state;
    await expect.poll(state, { interval: 100 }).toBe('expired');
  });
});
