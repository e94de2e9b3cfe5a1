import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { connectWith } from '../support/nats-client.js';
import type { NatsServer } from '../support/nats-server.js';
import { describeWithNsc, nscHome } from '../support/nsc.js';
import { lines, soon } from './observing.js';
import { basicSite, type Peer, type PeerScene, peerScene, type Site, servePeer } from './peer-scene.js';

const KEY_OF_A = 'ACFMUSBHAVIQNLZUHUETGFAI5273LLDLBU2AW2ZMZRK3W7P3S2L3HFEU';
/** Longer than a look at the servers after somebody else's update, and the answer to that. */
const SETTLED_MS = 2_500;

const text = (site: Site, account = 'A'): string => readFileSync(site.accountFile(account), 'utf8');

function running(servers: readonly NatsServer[]): Promise<(string | undefined)[]> {
  return Promise.all(
    servers.map(async ({ monitorUrl }) => {
      const answer = await fetch(`${monitorUrl}/accountz?acc=${KEY_OF_A}`);
      const { account_detail } = (await answer.json()) as { account_detail?: { jwt?: string } };
      return account_detail?.jwt;
    }),
  );
}

/** Hears every update that anybody sends to the servers. */
async function spyOn(server: NatsServer, site: Site): Promise<{ admin: NatsConnection; notices: string[] }> {
  const admin = await connectWith(server.url, site.credsFile);
  const notices: string[] = [];
  for (const subject of ['$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', '$SYS.ACCOUNT.*.CLAIMS.UPDATE'])
    admin.subscribe(subject, { callback: (_, message) => void notices.push(message.string()) });
  await admin.flush();
  return { admin, notices };
}

/** So many account servers, and account A in use on every nats-server. */
async function scene(
  count: 2 | 3,
  args?: (index: number) => readonly string[],
): Promise<PeerScene & Awaited<ReturnType<typeof spyOn>>> {
  const sites = [basicSite(), ...Array.from({ length: count - 1 }, basicSite)] as const;
  const given = await peerScene(sites as unknown as [Site, ...Site[]], args);
  const alice = given.peers[0].site.credsFile.replace('SYS/sys', 'A/alice');
  await Promise.all(given.servers.map(({ url }) => connectWith(url, alice)));
  const spy = await spyOn(given.servers[0], given.peers[0].site);
  return { ...given, ...spy };
}

async function converged({ servers, peers }: PeerScene, wanted: string): Promise<void> {
  await soon(async () => {
    expect(peers.map(({ site }) => text(site))).toEqual(peers.map(() => wanted));
    expect(await running(servers)).toEqual(servers.map(() => wanted));
  });
}

describeWithNsc('several account servers with stores of their own', () => {
  test.each([2, 3] as const)(
    '%i of them: a change in one directory is in all, by one notice',
    async (count) => {
      const given = await scene(count);
      const { peers, notices } = given;
      const { site } = peers[count - 1] ?? peers[0];
      await nscHome(site.nscDirs).ok('edit', 'account', 'A', '--conns', '9');
      const wanted = text(site);
      await converged(given, wanted);
      await delay(SETTLED_MS);
      expect(notices).toEqual([wanted]);
      expect(await running(given.servers)).toEqual([wanted, wanted, wanted]);
      // Nobody takes another account server for a nats-server.
      for (const { service } of peers) expect(lines(service, /server found/)).toHaveLength(3);
    },
  );

  test('what nsc pushes over NATS reaches all three, by one notice each at most', async () => {
    const given = await scene(3);
    const remote = basicSite();
    const nsc = nscHome(remote.nscDirs);
    await nsc.ok('edit', 'operator', '--account-jwt-server-url', given.servers[2]?.url ?? '');
    await nsc.ok('edit', 'account', 'A', '--conns', '9');
    const pushed = await nsc.ok('push', '-a', 'A');
    expect(pushed.stdout + pushed.stderr).toContain('pushed to a total of 3 nats-server');
    await converged(given, text(remote));
    await delay(SETTLED_MS);
    expect(given.notices.length).toBeLessThanOrEqual(3);
    const removed = await nsc.ok('push', '-R', 'B');
    expect((removed.stdout + removed.stderr).match(/deleted 1 accounts/g)).toHaveLength(3);
  });

  test('nine changes one after the other end in the last one everywhere', async () => {
    const given = await scene(3);
    const nscs = given.peers.map(({ site }) => nscHome(site.nscDirs));
    for (let round = 1; round <= 9; round++) {
      const at = round % nscs.length;
      await nscs[at]?.ok('edit', 'account', 'A', '--conns', String(100 + round));
      await converged(given, text((given.peers[at] ?? given.peers[0]).site));
    }
    await delay(SETTLED_MS);
    expect(given.notices.length).toBeLessThan(30);
  }, 180_000);

  test('one that may not write does not put back its older token when another one has a newer', async () => {
    const given = await scene(2, (index) => (index === 1 ? ['--read-only'] : []));
    const [{ site }] = given.peers;
    const old = text(site);
    await nscHome(site.nscDirs).ok('edit', 'account', 'A', '--conns', '9');
    await soon(async () => expect(await running(given.servers)).toEqual(Array(3).fill(text(site))));
    await delay(SETTLED_MS);
    expect(given.notices).toEqual([text(site)]);
    expect(given.peers.map((peer) => text(peer.site))).toEqual([text(site), old]);
  });

  test.each([
    ['takes the newer token from the servers', []],
    ['that may not write leaves the newer token where it is', ['--read-only']],
  ])('one that was away with its older directory %s', async (_, args) => {
    const given = await scene(2);
    const [main, other] = given.peers as [Peer, Peer];
    const old = text(other.site);
    await other.service.close();
    await nscHome(main.site.nscDirs).ok('edit', 'account', 'A', '--conns', '9');
    const wanted = text(main.site);
    await soon(async () => expect(await running(given.servers)).toEqual(Array(3).fill(wanted)));
    // Nobody is left who could put right what the other one sends.
    await main.service.close();
    given.notices.length = 0;
    const { service } = await servePeer(other.site, given.servers[1], ...args);
    await soon(() => expect(lines(service, /token refused|account replaced/)).toHaveLength(1));
    await delay(SETTLED_MS);
    expect(given.notices).toEqual([]);
    expect(await running(given.servers)).toEqual(Array(3).fill(wanted));
    expect(text(other.site)).toBe(args.length === 0 ? wanted : old);
  });

  test('an old token that is sent to the servers is put right and never stored', async () => {
    const given = await scene(2);
    const { peers, admin, notices } = given;
    const old = text(peers[0].site);
    await nscHome(peers[0].site.nscDirs).ok('edit', 'account', 'A', '--conns', '9');
    const wanted = text(peers[0].site);
    await converged(given, wanted);
    await delay(SETTLED_MS);
    const before = notices.length;
    await admin.request(`$SYS.REQ.ACCOUNT.${KEY_OF_A}.CLAIMS.UPDATE`, old, { timeout: 15_000 });
    await converged(given, wanted);
    await delay(SETTLED_MS);
    expect(notices.length - before).toBeLessThanOrEqual(4);
    for (const { service, site } of peers) {
      expect(text(site)).toBe(wanted);
      expect(lines(service, /went back/)).toEqual([]);
    }
  });
});
