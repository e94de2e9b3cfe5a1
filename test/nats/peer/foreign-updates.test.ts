import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, test } from 'vitest';
import type { WireEvent } from '../../../src/fleet/ports.js';
import type { AccountsBench } from '../../support/accounts.js';
import { makeLargeDirectory } from '../../support/large-directory.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../../support/mint.js';
import type { NatsServer } from '../../support/nats-server.js';
import { tempDir } from '../../support/temp.js';
import { adminOn, ask, type PeerOnNats, PeerWorld, peerOn } from './peer-world.js';

const NEW_FORM = (key: string): string => `$SYS.REQ.ACCOUNT.${key}.CLAIMS.UPDATE`;
const OLD_FORM = (key: string): string => `$SYS.ACCOUNT.${key}.CLAIMS.UPDATE`;

interface Scene extends PeerOnNats {
  readonly world: PeerWorld;
  readonly server: NatsServer;
  readonly app: MintedAccount;
  readonly newer: MintedAccount;
  readonly bench: AccountsBench;
  readonly admin: NatsConnection;
  readonly doubted: readonly string[];
}

/** A peer that knows `app`, and what its fleet is told of it. */
async function scene(): Promise<Scene> {
  const world = new PeerWorld();
  const server = await world.server();
  const app = world.mint('app', { iat: nowSeconds() - 100 });
  const bench = await world.accounts(app);
  const peer = await peerOn(world, bench, server);
  const doubted: string[] = [];
  peer.link.wire.listen((event: WireEvent) => {
    if (event.kind === 'foreign_update') doubted.push(event.accountKey);
  });
  const admin = await adminOn(world, server);
  const newer = world.mint('app', { identity: app.identity, nats: { description: 'newer' } });
  return { world, server, app, newer, bench, admin, doubted, ...peer };
}

/** Everything that was sent before has been heard when this resolves. */
const barrier = (admin: NatsConnection): Promise<unknown> => ask(admin, '$SYS.REQ.CLAIMS.LIST');

describe('a token that somebody sends to the servers', () => {
  test.each([NEW_FORM, OLD_FORM])(
    'is published when it is newer, and known to have been sent',
    async (subject) => {
      const { admin, newer, bench, doubted, meter } = await scene();
      const before = bench.changes.length;
      admin.publish(subject(newer.key), newer.jwt);
      await expect.poll(() => bench.served(newer.key)).toBe(newer.jwt);
      expect(bench.changes.slice(before)).toMatchObject([
        { origin: { kind: 'update', sentToServers: true } },
      ]);
      expect(doubted).toEqual([]);
      expect(meter.handledRequests['foreign_update:accepted']).toBe(1);
    },
  );

  test('is not answered: that is for the servers to do', async () => {
    const { admin, newer, server } = await scene();
    const answer = await admin.request(NEW_FORM(newer.key), newer.jwt, { timeout: 15_000 });
    const { id } = answer.json<{ server: { id: string } }>().server;
    const { server_id } = (await (await fetch(`${server.monitorUrl}/varz`)).json()) as { server_id: string };
    expect(id).toBe(server_id);
  });

  test('is nothing new when it is published already', async () => {
    const { admin, app, doubted, meter, bench } = await scene();
    admin.publish(NEW_FORM(app.key), app.jwt);
    await barrier(admin);
    expect(meter.handledRequests['foreign_update:unchanged']).toBe(1);
    expect(bench.served(app.key)).toBe(app.jwt);
    expect(doubted).toEqual([]);
  });

  test.each<[string, (scene: Scene) => string]>([
    ['older', ({ world, app }) => world.mint('app', { identity: app.identity, iat: 1_000 }).jwt],
    ['expired', ({ world, app }) => world.mint('app', { identity: app.identity, exp: 1_000 }).jwt],
    ['of another operator', ({ app }) => mintAccount(mintOperator(), { identity: app.identity }).jwt],
    ['about another account', ({ world }) => world.mint('other').jwt],
    ['no token at all', () => 'garbage'],
    ['empty', () => ''],
    ['far too long', () => '.'.repeat(1_000_000)],
  ])('is never taken over when it is %s, and what servers run is doubted', async (_, text) => {
    const given = await scene();
    const { admin, app, bench, doubted, meter } = given;
    admin.publish(NEW_FORM(app.key), text(given));
    await expect.poll(() => doubted).toEqual([app.key]);
    expect(bench.served(app.key)).toBe(app.jwt);
    expect(bench.accounts.published.size).toBe(2);
    expect(meter.handledRequests).toEqual({ 'foreign_update:refused': 1 });
  });

  test('about something that is no account is not even looked at', async () => {
    const { admin, doubted, meter, newer } = await scene();
    for (const key of ['x', 'ACCOUNT', newer.key.toLowerCase()]) admin.publish(NEW_FORM(key), newer.jwt);
    await barrier(admin);
    expect(doubted).toEqual([]);
    expect(meter.handledRequests).toEqual({ 'list:answered': 1 });
  });
});

describe('many of them', () => {
  test('only the newest of each account is judged while others are', async () => {
    const { admin, world, app, bench, meter } = await scene();
    const versions = Array.from({ length: 200 }, (_, index) =>
      world.mint('app', {
        identity: app.identity,
        iat: nowSeconds() - 90,
        nats: { description: `${index}` },
      }),
    );
    for (const { key, jwt } of versions) admin.publish(NEW_FORM(key), jwt);
    await expect.poll(() => bench.served(app.key)).toBe(versions.at(-1)?.jwt);
    const judged = Object.values(meter.handledRequests).reduce((sum, count) => sum + count, 0);
    expect(judged).toBeLessThan(versions.length);
  });

  test('a flood of forgeries does not keep out what concerns accounts that are known', async () => {
    const { admin, app, newer, bench, meter } = await scene();
    const forged = makeLargeDirectory({ dir: join(tempDir('nas-forged-'), 'op'), accounts: 500 }).accounts;
    for (const { key, file } of forged) admin.publish(NEW_FORM(key), readFileSync(file));
    admin.publish(NEW_FORM(app.key), newer.jwt);
    await expect.poll(() => bench.served(app.key), { interval: 5 }).toBe(newer.jwt);
    expect(meter.handledRequests['foreign_update:refused']).toBeLessThan(forged.length / 2);
    await expect
      .poll(() => meter.handledRequests['foreign_update:refused'], { timeout: 15_000 })
      .toBe(forged.length);
    expect(bench.accounts.published.size).toBe(2);
  });
});
