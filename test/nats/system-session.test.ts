import { expect, test } from 'vitest';
import { reasonOf } from '../../src/nats/failure.js';
import { AccountNames } from '../../src/nats/system/account-names.js';
import { askIdentities } from '../../src/nats/system/identities.js';
import { askProfile } from '../../src/nats/system/profile.js';
import { callRoll } from '../../src/nats/system/roll-call.js';
import { askServer } from '../../src/nats/system/server-requests.js';
import { openSession, type SessionNews, type SystemSession } from '../../src/nats/system/session.js';
import { serverSubject } from '../../src/nats/system/subjects.js';
import { isOlderThan } from '../../src/nats/system/version.js';
import { atEnd } from '../support/clean-up.js';
import { mintCreds } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { tcpProxy } from '../support/tcp-proxy.js';
import { useOn } from './fleet-on-nats.js';
import { World } from './world.js';

async function open(url: string, creds: string, roams = false): Promise<SystemSession> {
  const options = { servers: [url], auth: { kind: 'creds' as const, text: creds }, retryDelayMs: 20 };
  const session = await openSession(options, { roams });
  atEnd(() => session.close());
  return session;
}

/** Servers count each other once they have announced themselves, a quarter of a second after their start. */
const allKnowAll = (session: SystemSession, size: number): Promise<void> =>
  expect
    .poll(async () => {
      const known: unknown[] = [];
      await session.ask({ subject: '$SYS.REQ.SERVER.PING', timeoutMs: 2_000 }, (payload) => {
        const { statsz } = JSON.parse(Buffer.from(payload).toString()) as {
          statsz: { active_servers: number };
        };
        known.push(statsz.active_servers);
        return known.length === size;
      });
      return known;
    })
    .toEqual(Array.from({ length: size }, () => size));

test('all servers of a cluster are heard, without waiting for the time to be over', async () => {
  const world = new World();
  const servers = await world.cluster(3);
  const session = await open(servers[0]?.url ?? '', world.creds());
  await allKnowAll(session, 3);
  const startedAt = performance.now();
  const roll = await callRoll(session, 30_000);
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  if (!roll.ok) throw new Error(roll.failure.kind);
  expect(roll.value.expected).toBe(3);
  expect(roll.value.servers.map(({ name }) => name)).toEqual(['server-0', 'server-1', 'server-2']);
  for (const { host, cluster, memoryBytes, uptimeMs, roundTripMs } of roll.value.servers) {
    expect([host, cluster]).toEqual(['127.0.0.1', 'test']);
    expect(memoryBytes).toBeGreaterThan(1_000_000);
    expect(uptimeMs).toBeGreaterThan(0);
    expect(roundTripMs).toBeLessThan(15_000);
  }
});

test('a frozen server is missed when the time is over', async () => {
  const world = new World();
  const servers = await world.cluster(3);
  const session = await open(servers[0]?.url ?? '', world.creds());
  await allKnowAll(session, 3);
  servers[2]?.kill('SIGSTOP');
  // It may still answer while the signal is on its way.
  let roll = await callRoll(session, 1_000);
  while (roll.ok && roll.value.servers.length === 3) roll = await callRoll(session, 1_000);
  if (!roll.ok) throw new Error(roll.failure.kind);
  expect(roll.value).toMatchObject({ expected: 3, servers: [{ name: 'server-0' }, { name: 'server-1' }] });
  const identities = await askIdentities(session, roll.value, 2_000);
  const old = isOlderThan(session.server.version, '2.10.0');
  expect(identities).toMatchObject({ ok: true, value: { silent: [], tooOld: old ? [{}, {}] : [] } });
});

test('a connection that breaks ends a request at once, and comes back', async () => {
  const world = new World();
  const server = await world.server();
  const proxy = await tcpProxy(server.port);
  const session = await open(`nats://127.0.0.1:${proxy.port}`, world.creds());
  const news: SessionNews[] = [];
  session.listen((each) => news.push(each));
  // Takes the request like a server, and keeps silent.
  const mute = await connectWith(server.url, Buffer.from(world.creds()));
  const taken = new Promise((resolve) =>
    mute.subscribe(serverSubject('NX', 'STATSZ'), { callback: resolve }),
  );
  await mute.flush();
  const asked = askServer(session, { serverId: 'NX', service: 'STATSZ', timeoutMs: 30_000 });
  await taken;
  await proxy.cut();
  expect(await asked).toEqual({ ok: false, failure: { kind: 'lost' } });
  await proxy.mend();
  await expect.poll(() => news.at(-1)?.kind).toBe('back');
  expect(news[0]).toEqual({ kind: 'lost' });
  expect(await callRoll(session, 20_000)).toMatchObject({ ok: true });
});

test('a subscription lives on after the connection was lost', async () => {
  const world = new World();
  const server = await world.server();
  const account = world.account('app');
  const proxy = await tcpProxy(server.port);
  const session = await open(`nats://127.0.0.1:${proxy.port}`, world.creds(), true);
  const heard: string[] = [];
  const follow = (subject: string) => session.follow(subject, (message) => heard.push(message.subject));
  expect(await follow('$SYS.ACCOUNT.*.CONNECT')).toBeUndefined();
  let back = false;
  session.listen(({ kind }) => {
    back ||= kind === 'back';
  });
  await proxy.cut();
  await proxy.mend();
  await expect.poll(() => back).toBe(true);
  await callRoll(session, 20_000);
  await useOn([server], account);
  await expect.poll(() => heard).toContain(`$SYS.ACCOUNT.${account.key}.CONNECT`);
});

test('what is not allowed is named', async () => {
  const world = new World();
  const server = await world.server();
  const inbox = ['_INBOX_as.>'];
  const session = await open(server.url, world.creds([{ pub: ['nothing'], sub: inbox }]));
  const denied = (operation: string, subject: string) => ({
    ok: false,
    failure: { kind: 'denied', operation, subject },
  });
  expect(await callRoll(session, 20_000)).toEqual(denied('publish', '$SYS.REQ.SERVER.PING'));
  const asked = { serverId: session.server.id, service: 'RELOAD', timeoutMs: 5_000 } as const;
  expect(await askServer(session, asked)).toEqual(denied('publish', '$SYS.REQ.SERVER.*.RELOAD'));
  expect(await session.follow('$SYS.ACCOUNT.*.CONNECT', () => undefined)).toEqual(
    denied('subscribe', '$SYS.ACCOUNT.*.CONNECT').failure,
  );
  const deaf = await open(server.url, world.creds([{ pub: ['>'], sub: ['nothing'] }]));
  expect(await callRoll(deaf, 20_000)).toEqual(denied('subscribe', '_INBOX_as.>'));
});

test('nobody answers a user of another account', async () => {
  const world = new World();
  const server = await world.server();
  const session = await open(server.url, mintCreds(world.account('app')));
  const failure = { kind: 'nobody', subject: '$SYS.REQ.SERVER.PING' };
  expect(await callRoll(session, 20_000)).toEqual({ ok: false, failure });
});

test('whom the first server refuses hears that, not what the other servers it names say', async () => {
  const world = new World();
  const [server] = await world.cluster(2);
  const stranger = mintCreds(new World().account('other'));
  const error = await open(server?.url ?? '', stranger, true).catch((cause: unknown) => cause);
  expect(reasonOf(error)).toBe('refused');
});

test('profiles, and what a server says against one', async () => {
  const world = new World();
  const server = await world.server();
  const session = await open(server.url, world.creds());
  const wanted = { serverId: session.server.id, durationMs: 200, timeoutMs: 5_000 };
  if (isOlderThan(session.server.version, '2.10.0')) {
    expect(await askProfile(session, { ...wanted, name: 'heap' })).toMatchObject({
      failure: { kind: 'nobody' },
    });
    return;
  }
  for (const name of ['heap', 'goroutine', 'cpu'] as const) {
    const profile = await askProfile(session, { ...wanted, name });
    if (!profile.ok) throw new Error(JSON.stringify(profile.failure));
    // gzip
    expect([...profile.value.bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    expect(profile.value.server.id).toBe(session.server.id);
  }
  expect(await askProfile(session, { ...wanted, name: 'cpu', durationMs: 16_000 })).toMatchObject({
    failure: { kind: 'refused', text: expect.stringContaining('should be between 0s and 15s') },
  });
});

test('names of accounts are asked for once, and not at all by whom it is not allowed', async () => {
  const world = new World();
  const server = await world.server();
  const account = world.account('app');
  await useOn([server], account);
  const session = await open(server.url, world.creds());
  const names = new AccountNames(session);
  const { id } = session.server;
  expect(await names.of(account.key, id)).toBe('app');
  await server.stop();
  expect(await names.of(account.key, id)).toBe('app');

  const other = await world.server();
  const barred = await open(other.url, world.creds([{ pub: ['nothing'], sub: ['_INBOX_as.>'] }]));
  expect(await new AccountNames(barred).of(account.key, barred.server.id)).toBe('');
});
