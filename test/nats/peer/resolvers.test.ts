import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, test } from 'vitest';
import { type MintedAccount, mintCreds, nowSeconds } from '../../support/mint.js';
import { connectWith } from '../../support/nats-client.js';
import { type NatsServer, startCluster } from '../../support/nats-server.js';
import { tempDir } from '../../support/temp.js';
import { adminOn, PeerWorld, peerOn } from './peer-world.js';

/** A server that keeps accounts itself, beginning with these; a full one asks others for theirs once in an interval. */
function keeping(
  world: PeerWorld,
  type: 'full' | 'cache',
  accounts: readonly MintedAccount[],
  interval = '1h',
) {
  const dir = join(tempDir('nas-resolver-'), 'jwt');
  mkdirSync(dir);
  for (const { key, jwt } of accounts) writeFileSync(join(dir, `${key}.jwt`), jwt);
  const more = type === 'full' ? `interval: "${interval}", allow_delete: true` : 'ttl: "1h"';
  const config = [
    `operator: "${world.operator.jwt}"`,
    `system_account: ${world.system.key}`,
    `resolver: { type: ${type}, dir: "${dir}", timeout: "1s", ${more} }`,
    '',
  ].join('\n');
  return { config, dir };
}

/** A server that fetches by URL, one with a full resolver and one with a cache; the peer is connected to the first. */
async function scene(interval?: string) {
  const world = new PeerWorld();
  const own = [world.system];
  const [full, cache] = [keeping(world, 'full', own, interval), keeping(world, 'cache', own)];
  const configs = [await world.config(), full.config, cache.config];
  const servers = await startCluster(3, (index) => configs[index] ?? '', { advertise: false });
  const bench = await world.accounts();
  const [near, ...others] = servers as [NatsServer, NatsServer, NatsServer];
  const peer = await peerOn(world, bench, near);
  for (const other of others) await expect.poll(() => passesOn(other, near), { interval: 20 }).toBe(true);
  const admin = await adminOn(world, near);
  await expect.poll(() => counted(admin)).toEqual([3, 3, 3]);
  return { world, servers: servers as [NatsServer, NatsServer, NatsServer], full, cache, bench, ...peer };
}

/** Whether a server has heard of its neighbour that somebody there answers look-ups: routes tell that a moment later. */
async function passesOn({ monitorUrl }: NatsServer, neighbour: NatsServer): Promise<boolean> {
  const read = async (url: string) => (await fetch(url)).json();
  const { server_id } = (await read(`${neighbour.monitorUrl}/varz`)) as { server_id: string };
  const { routes } = (await read(`${monitorUrl}/routez?subs=1`)) as { routes: { remote_id: string }[] };
  return routes.some(
    (route) => route.remote_id === server_id && JSON.stringify(route).includes('CLAIMS.LOOKUP'),
  );
}

/**
 * How many servers each server counts: others are counted once they have announced themselves. A server that looks an account
 * up takes it for unknown when as many as it counts have said so (nats-server server/accounts.go fetch).
 */
async function counted(admin: NatsConnection): Promise<number[]> {
  const three = { strategy: 'count', maxMessages: 3, maxWait: 2_000 } as const;
  const answers = await admin.requestMany('$SYS.REQ.SERVER.PING', '', three);
  const counts: number[] = [];
  for await (const answer of answers)
    counts.push(answer.json<{ statsz: { active_servers: number } }>().statsz.active_servers);
  return counts;
}

const held = (dir: string): string[] => readdirSync(dir).sort();
const user = (server: NatsServer, account: MintedAccount) =>
  connectWith(server.url, Buffer.from(mintCreds(account)));

describe('in a cluster with other resolvers', () => {
  test.each([
    ['full', 1],
    ['cache', 2],
  ] as const)('a server with a %s resolver looks up an account that only we have', async (type, index) => {
    const { world, servers, bench, meter, [type]: resolver } = await scene();
    const added = world.mint('added');
    await bench.push(added.jwt);
    const client = await user(servers[index], added);
    expect(client.isClosed()).toBe(false);
    expect(readFileSync(join(resolver.dir, `${added.key}.jwt`), 'utf8')).toBe(added.jwt);
    expect(meter.handledRequests['lookup:answered']).toBeGreaterThan(0);
  });

  test('a full resolver merges our pack, and from then on has the same', async () => {
    const { world, full, bench, meter } = await scene('1s');
    const one = world.mint('one');
    const added = [one, world.mint('two')];
    for (const { jwt } of added) await bench.push(jwt);
    bench.store.put('gone', world.mint('gone', { iat: 1_000, exp: 2_000 }).jwt);
    await expect
      .poll(() => held(full.dir))
      .toEqual([world.system, ...added].map(({ key }) => `${key}.jwt`).sort());
    await expect.poll(() => meter.handledRequests['pack:equal'] ?? 0).toBeGreaterThan(0);
    const sent = meter.handledRequests['pack:answered'];
    const changed = world.mint('one', {
      identity: one.identity,
      iat: nowSeconds() + 1,
    });
    await bench.push(changed.jwt);
    await expect.poll(() => readFileSync(join(full.dir, `${changed.key}.jwt`), 'utf8')).toBe(changed.jwt);
    const equal = meter.handledRequests['pack:equal'] ?? 0;
    await expect.poll(() => meter.handledRequests['pack:equal'] ?? 0).toBeGreaterThan(equal);
    expect(sent).toBeGreaterThan(0);
  });

  test('an account that nobody has is not found', async () => {
    const { world, servers } = await scene();
    await expect(user(servers[1], world.mint('nowhere'))).rejects.toThrow(/authorization/i);
  });
});
