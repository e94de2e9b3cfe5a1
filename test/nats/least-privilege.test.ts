import { describe, expect, test } from 'vitest';
import { mintCreds } from '../support/mint.js';
import { converged, fleetOn, useOn } from './fleet-on-nats.js';
import { linked } from './linked.js';
import { FOLLOW, FOLLOW_UPDATES, UPDATE, VERIFY, World } from './world.js';

/** Two servers, an account in use on both, and a fleet that connects as a user with these permissions. */
async function scene(...permissions: (typeof UPDATE)[]) {
  const world = new World();
  const servers = await world.cluster(2);
  const account = world.account('app');
  await useOn(servers, account);
  return { world, servers, account, ...fleetOn(world, servers[0]?.url ?? '', world.creds(permissions)) };
}

describe('a user who may', () => {
  test('do everything that is documented misses nothing', async () => {
    const { world, servers, account, fleet, log, counts } = await scene(
      UPDATE,
      VERIFY,
      FOLLOW,
      FOLLOW_UPDATES,
    );
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
    world.account('app', account);
    fleet.changed(account.key);
    await converged(world, servers, [account]);
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
    expect(counts.denials).toBe(0);
    expect(log.of('may not')).toEqual([]);
  });

  test('update and verify only: changes arrive and are proven; what is missing is said once', async () => {
    const { world, servers, account, fleet, log, counts } = await scene(UPDATE, VERIFY);
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
    world.account('app', account);
    fleet.changed(account.key);
    await converged(world, servers, [account]);
    await expect.poll(() => fleet.account(account.key)?.effective).toBe(true);
    expect(
      log
        .of('may not')
        .map(({ facts }) => facts.missing)
        .sort(),
    ).toEqual([...FOLLOW.sub, ...FOLLOW_UPDATES.sub].sort());
    expect(counts.denials).toBe(5);
  });

  test('only update: changes are sent and answered, and what cannot be known is not claimed', async () => {
    const { world, servers, account, fleet, log, meter } = await scene(UPDATE);
    await log.waitFor('what servers run cannot be compared');
    world.account('app', account);
    fleet.changed(account.key);
    await converged(world, servers, [account]);
    await expect.poll(() => meter.notices).toEqual({ applied: 2 });
    expect(fleet.account(account.key)?.effective).toBe(false);
    const again = world.account('app', account);
    fleet.changed(account.key);
    await converged(world, servers, [again]);
    const missing = () => log.of('may not publish').map(({ facts }) => facts.missing);
    await expect.poll(() => missing().sort()).toEqual([...VERIFY.pub].sort());
  });

  test('not even have answers: it is said which subject is missing', async () => {
    const { world, account, fleet, log } = await scene({ pub: UPDATE.pub, sub: ['nothing'] });
    await log.waitFor('may not subscribe to _INBOX_as.>');
    world.account('app', account);
    fleet.changed(account.key);
    expect(log.of('may not subscribe to _INBOX_as.>')).toHaveLength(1);
  });
});

test('a user of an account that is not the system account finds nobody, and the service is told so', async () => {
  const world = new World();
  const server = await world.server();
  const account = world.account('app');
  const { log, fleet } = fleetOn(world, server.url, mintCreds(account));
  await log.waitFor('not one of the system account');
  world.account('app', account);
  fleet.changed(account.key);
  await log.waitFor('account update sent');
  expect(log.of('account update sent')[0]?.facts).toMatchObject({ end: 'nobody', servers: {} });
});

test('permissions that are mended by a reload are used', async () => {
  const world = new World();
  const server = await world.server();
  const options = { servers: [server.url], retryDelayMs: 100 };
  const { link, log } = linked({ ...options, auth: { kind: 'creds', text: world.creds([UPDATE]) } });
  await log.waitFor('may not subscribe to $SYS.SERVER.*.STATSZ');
  expect(await link.wire.discover()).toBe('denied');
  const seen: string[] = [];
  link.wire.listen(({ kind }) => void seen.push(kind));
  link.reload({
    ...options,
    auth: { kind: 'creds', text: world.creds([UPDATE, VERIFY, FOLLOW, FOLLOW_UPDATES]) },
  });
  await log.waitFor('connected to NATS', 2);
  expect(await link.wire.discover()).toBe('complete');
  await expect.poll(() => seen.filter((kind) => kind === 'server_seen').length).toBeGreaterThan(1);
});
