import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { DEFAULT_FLEET_OPTIONS } from '../../src/fleet/ports.js';
import { mintAccount, mintCreds, mintOperator, nowSeconds } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { startNatsServer } from '../support/nats-server.js';
import { converged, countNotices, fleetOn, running, useOn } from './fleet-on-nats.js';
import { CuttableWire } from './tcp.js';
import { World } from './world.js';

describe('on a cluster', () => {
  test('a change arrives on every server, and a revoked user is cut off', async () => {
    const world = new World();
    const servers = await world.cluster(3);
    const account = world.account('app');
    const clients = await useOn(servers, account);
    const { fleet, meter, log } = fleetOn(world, servers[0]?.url ?? '');
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
    world.account('app', account, { revocations: { '*': nowSeconds() + 1 } });
    fleet.changed(account.key);
    await Promise.all(clients.map((client) => client.closed()));
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
    expect(meter.notices).toEqual({ applied: 3 });
    expect(meter.propagations).toHaveLength(1);
    expect(log.of('account update sent')).toHaveLength(1);
    expect(log.of('server found')).toHaveLength(3);
  });

  test('changes of an outage: twenty accounts, three times each, at most one notice per account', async () => {
    const world = new World();
    const servers = await world.cluster(2);
    const [first] = servers;
    if (first === undefined) throw new Error('no server');
    const wire = new CuttableWire(first.port);
    await wire.mend();
    const accounts = Array.from({ length: 20 }, (_, index) => world.account(`app-${index}`));
    for (const account of accounts) await useOn(servers, account);
    const { fleet, log } = fleetOn(world, wire.url);
    await expect.poll(() => accounts.every(({ key }) => fleet.account(key)?.effective)).toBe(true);
    const notices = await countNotices(world, first);
    wire.cut();
    await log.waitFor('no connection to NATS');
    for (let round = 0; round < 3; round++) {
      for (const account of accounts) {
        world.account('app', account);
        fleet.changed(account.key);
      }
      await delay(100);
    }
    await wire.mend();
    await converged(world, servers, accounts);
    await expect.poll(() => accounts.every(({ key }) => fleet.account(key)?.effective)).toBe(true);
    expect(Object.fromEntries(notices)).toEqual(Object.fromEntries(accounts.map(({ key }) => [key, 1])));
  });

  test('a frozen server gets what it missed when it wakes', async () => {
    const world = new World();
    const servers = await world.cluster(3);
    const account = world.account('app');
    await useOn(servers, account);
    const { fleet, log, meter } = fleetOn(world, servers[0]?.url ?? '');
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
    servers[2]?.kill('SIGSTOP');
    world.account('app', account);
    fleet.changed(account.key);
    await log.waitFor('server does not answer');
    expect(meter.silent).toBe(1);
    expect(fleet.account(account.key)?.effective).toBe(false);
    await converged(world, servers.slice(0, 2), [account]);
    servers[2]?.kill('SIGCONT');
    await converged(world, servers, [account]);
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
  });

  test('a server that restarts is found under its new id', async () => {
    const world = new World();
    const servers = await world.cluster(2);
    const account = world.account('app');
    await useOn(servers, account);
    const { fleet, log } = fleetOn(world, servers[0]?.url ?? '');
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
    await servers[1]?.stop();
    await log.waitFor('server has left');
    const [second] = servers.slice(1);
    if (second === undefined) throw new Error('no server');
    await startNatsServer(second.choices);
    await log.waitFor('server found', 3);
    await expect
      .poll(() => fleet.status().servers.map(({ presence }) => presence))
      .toEqual(['present', 'present']);
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
  });

  test('a server in lame duck mode is heard of, and not waited for where it says so', async () => {
    const world = new World();
    const servers = await world.cluster(2);
    const { fleet, log } = fleetOn(world, servers[0]?.url ?? '');
    await log.waitFor('server found', 2);
    servers[0]?.kill('SIGUSR2');
    await log.waitFor('the connected NATS server is in lame duck mode');
    const server = () => fleet.status().servers.find(({ name }) => name === 'server-0');
    // Old servers only tell their clients (nats-server 2.9.22 added the event).
    const announced = !/^2\.9\.1?\d$/.test(server()?.version ?? '');
    await expect.poll(() => server()?.presence).toBe(announced ? 'leaving' : 'present');
  });

  test('an importer that comes before its exporter is completed', async () => {
    const world = new World();
    const servers = await world.cluster(2);
    const exporter = world.account('exporter', undefined, {
      exports: [{ name: 'e', subject: 'e.>', type: 'stream' }],
    });
    const imports = [{ name: 'e', subject: 'e.>', account: exporter.key, type: 'stream' }];
    const importer = world.account('importer', undefined, { imports });
    world.publish(importer, [exporter.key]);
    world.published.delete(exporter.key);
    await useOn(servers, importer);
    const { fleet } = fleetOn(world, servers[0]?.url ?? '');
    const effects = () => fleet.account(importer.key)?.cells.map(({ effect }) => effect);
    await expect.poll(effects).toEqual(['incomplete', 'incomplete']);
    world.publish(exporter);
    fleet.changed(exporter.key);
    await expect.poll(effects).toEqual(['current', 'current']);
  });
});

describe('what is owed from before', () => {
  test('a change made while the service was down is delivered at its start', async () => {
    const world = new World();
    const server = await world.server();
    const [used, unused] = [world.account('used'), world.account('unused')];
    await useOn([server], used);
    const notices = await countNotices(world, server);
    world.account('used', used);
    world.account('unused', unused);
    const { meter } = fleetOn(world, server.url);
    await converged(world, [server], [used]);
    await expect.poll(() => meter.repaired).toBe(1);
    expect(Object.fromEntries(notices)).toEqual({ [used.key]: 1 });
  });

  test('servers that come after the service need nothing but what they load', async () => {
    const world = new World();
    const before = await world.server();
    await before.stop();
    const account = world.account('app');
    const { fleet, log } = fleetOn(world, before.url);
    await log.waitFor('no connection to NATS');
    world.account('app', account);
    fleet.changed(account.key);
    expect(fleet.notify(account.key)).toBe('away');
    const server = await startNatsServer(before.choices);
    await log.waitFor('connected to NATS');
    await useOn([server], account);
    await converged(world, [server], [account]);
    expect(fleet.notify(account.key)).toBe('queued');
    await log.waitFor('account update sent');
  });
});

describe('behind our back', () => {
  test('an older token that somebody replays is replaced, and counted', async () => {
    const world = new World();
    const server = await world.server();
    const old = world.account('app');
    await useOn([server], old);
    world.account('app', old);
    const { fleet, meter } = fleetOn(world, server.url);
    await converged(world, [server], [old]);
    await expect.poll(() => fleet.account(old.key)?.effective).toBe(true);
    const before = meter.repaired;
    const rogue = await connectWith(server.url, Buffer.from(world.creds()));
    await rogue.request(`$SYS.REQ.ACCOUNT.${old.key}.CLAIMS.UPDATE`, old.jwt);
    expect(await running([server], old.key)).toEqual([old.jwt]);
    await converged(world, [server], [old]);
    await expect.poll(() => meter.repaired).toBe(before + 1);
  });

  test('a server that was just fetching says "skipped", installs the older token, and is put right', async () => {
    const world = new World();
    const server = await world.server();
    const { servedShortlyMs } = DEFAULT_FLEET_OPTIONS;
    const { fleet, log, meter } = fleetOn(world, server.url, world.creds(), { servedShortlyMs });
    await log.waitFor('server found');
    const account = world.account('app');
    let release: () => void = () => undefined;
    world.heldBack.set(
      account.key,
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    const client = connectWith(server.url, Buffer.from(mintCreds(account)));
    await expect.poll(() => world.get(account.key)?.lastServedAtMs).toBeGreaterThan(0);
    world.account('app', account);
    fleet.changed(account.key);
    await expect.poll(() => meter.notices).toEqual({ not_loaded: 1 });
    world.heldBack.delete(account.key);
    release();
    await client;
    expect(await running([server], account.key)).toEqual([account.jwt]);
    await converged(world, [server], [account]);
    await expect.poll(() => meter.repaired).toBe(1);
  });
});

test('a token that a server refuses is tried again with growing pauses, and reported once', async () => {
  const world = new World();
  const server = await world.server();
  const account = world.account('app');
  await useOn([server], account);
  const { fleet, log, meter } = fleetOn(world, server.url, undefined, { retryFirstMs: 20, retryMostMs: 50 });
  await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
  const foreign = mintAccount(mintOperator(), { identity: account.identity });
  world.publish(foreign);
  fleet.changed(account.key);
  await expect.poll(() => meter.notices.failed).toBeGreaterThan(2);
  const refusals = log.of('server refused the account update');
  expect(refusals.map(({ facts }) => facts.answer)).toEqual([
    'jwt update resulted in error - account validation failed',
  ]);
  world.account('app', account);
  fleet.changed(account.key);
  await converged(world, [server], [account]);
});
