import { describe, expect, test } from 'vitest';
import { buildAccounts } from '../../support/accounts.js';
import { type Body, mintCreds, mintOperator } from '../../support/mint.js';
import { connectWith } from '../../support/nats-client.js';
import { startNatsServer } from '../../support/nats-server.js';
import { adminOn, ask, PeerWorld, pack, peerOn } from './peer-world.js';

const SUBSCRIBE = [
  '$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP',
  '$SYS.REQ.CLAIMS.PACK',
  '$SYS.REQ.CLAIMS.LIST',
  '$SYS.REQ.CLAIMS.UPDATE',
  '$SYS.REQ.CLAIMS.DELETE',
];
const FOREIGN = ['$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', '$SYS.ACCOUNT.*.CLAIMS.UPDATE'];
const FLEET = {
  sub: [
    '_INBOX_as.>',
    '$SYS.SERVER.*.STATSZ',
    '$SYS.SERVER.*.SHUTDOWN',
    '$SYS.SERVER.*.LAMEDUCK',
    ...FOREIGN,
  ],
  pub: ['$SYS.REQ.SERVER.PING', '$SYS.REQ.USER.INFO'],
};

/** A peer whose user has these rights. */
async function scene(nats: Body, wanted = false) {
  const world = new PeerWorld();
  const server = await world.server();
  const bench = await world.accounts();
  const creds = mintCreds(world.system, 'peer', nats);
  const peer = await peerOn(world, bench, server, { creds, wanted });
  return { world, server, bench, creds, admin: await adminOn(world, server), ...peer };
}

describe('a user who may do exactly what is documented', () => {
  test.each<[string, Body]>([
    [
      'with the right to respond',
      {
        pub: { allow: FLEET.pub },
        sub: { allow: [...FLEET.sub, ...SUBSCRIBE] },
        resp: { max: -1, ttl: 120_000_000_000 },
      },
    ],
    [
      'with leave to publish to inboxes',
      {
        pub: { allow: [...FLEET.pub, '$SYS._INBOX.>', '_INBOX.>'] },
        sub: { allow: [...FLEET.sub, ...SUBSCRIBE] },
      },
    ],
  ])('%s answers everything, and nothing is denied', async (_, nats) => {
    const { admin, log, counts, world } = await scene(nats);
    expect(log.of('resolver peer')[0]).toMatchObject({
      level: 'info',
      facts: { answering: ['lookup', 'pack', 'list', 'update', 'delete'] },
    });
    expect(await pack(admin)).toEqual([`${world.system.key}|${world.system.jwt}`]);
    expect((await ask(admin, '$SYS.REQ.CLAIMS.LIST')).data).toEqual([world.system.key]);
    expect(counts.denials).toBe(0);
    expect(log.of('may not')).toEqual([]);
  });
});

describe('a user who may not', () => {
  test('do any of it: one line that says what to allow, and no request is taken', async () => {
    const { admin, log } = await scene({ pub: { allow: FLEET.pub }, sub: { allow: FLEET.sub } });
    const [line] = log.of('resolver peer');
    expect(line).toMatchObject({ level: 'info', facts: { answering: [], subscribe: SUBSCRIBE } });
    for (const subject of SUBSCRIBE) expect(line?.message).toContain(subject);
    await expect(ask(admin, '$SYS.REQ.CLAIMS.LIST')).rejects.toThrow('nobody listens');
    expect(log.of('resolver peer')).toHaveLength(1);
    expect(log.of('may not')).toEqual([]);
  });

  test('when the peer was asked for, that is a warning', async () => {
    const { log } = await scene({ pub: { allow: FLEET.pub }, sub: { allow: FLEET.sub } }, true);
    expect(log.of('resolver peer')[0]?.level).toBe('warn');
  });

  test('delete: the rest is answered', async () => {
    const sub = { allow: [...FLEET.sub, ...SUBSCRIBE.slice(0, 4)] };
    const { admin, log } = await scene({ pub: {}, sub });
    expect(log.of('resolver peer')[0]?.facts).toMatchObject({
      answering: ['lookup', 'pack', 'list', 'update'],
      subscribe: SUBSCRIBE.slice(4),
      publish: [],
    });
    expect(await pack(admin)).toHaveLength(1);
    await expect(ask(admin, '$SYS.REQ.CLAIMS.DELETE')).rejects.toThrow('nobody listens');
  });
});

test('a user of another account than the system account: nobody there is answered', async () => {
  const world = new PeerWorld();
  const server = await world.server();
  const [operator, app] = [mintOperator({ systemAccount: world.system.key }), world.account('app')];
  const bench = await buildAccounts(operator);
  const { log } = await peerOn(world, bench, server, { creds: mintCreds(app), wanted: true });
  // Before 2.10 the server does not tell whose user we are.
  const isOld = / 2\.9\./.test(server.log());
  expect(log.of('resolver peer')[0]?.message).toMatch(
    isOld ? /answering/ : /is off: the NATS user is not one of/,
  );
  const user = await connectWith(server.url, Buffer.from(mintCreds(app)));
  if (!isOld) await expect(ask(user, '$SYS.REQ.CLAIMS.LIST')).rejects.toThrow('nobody listens');
});

describe('a user who may not answer', () => {
  test('is found out at the first answer where the server does not tell before, and then takes no more requests', async () => {
    const { admin, log, counts } = await scene({
      pub: { allow: FLEET.pub },
      sub: { allow: [...FLEET.sub, ...SUBSCRIBE] },
    });
    // Before 2.10 the server does not tell.
    const told = log.of('resolver peer')[0]?.facts.publish !== undefined;
    if (!told) admin.publish('$SYS.REQ.CLAIMS.LIST', '', { reply: '_INBOX.somebody' });
    await log.waitFor('publish to');
    expect(log.of('resolver peer').at(-1)?.facts).toMatchObject({
      answering: told ? [] : ['lookup'],
      publish: told ? ['$SYS._INBOX.>', '_INBOX.>'] : ['_INBOX.>'],
    });
    await expect(ask(admin, '$SYS.REQ.CLAIMS.LIST')).rejects.toThrow('nobody listens');
    expect(counts.denials).toBe(0);
  });
});

test('a connection that comes back is no news, and answers again', async () => {
  const { log, server, world } = await scene({ pub: {}, sub: {} });
  await server.stop();
  await log.waitFor('no connection to NATS');
  const back = await startNatsServer(server.choices);
  await log.waitFor('connected to NATS', 2);
  const admin = await adminOn(world, back);
  await expect.poll(() => pack(admin)).toHaveLength(1);
  expect(log.of('resolver peer')).toHaveLength(1);
});

test('other creds, other rights: what may be answered is asked anew', async () => {
  const { log, server, link, world, admin } = await scene({
    pub: { allow: FLEET.pub },
    sub: { allow: FLEET.sub },
  });
  link.reload({ servers: [server.url], auth: { kind: 'creds', text: world.creds() }, retryDelayMs: 100 });
  await log.waitFor('resolver peer: answering servers and nsc');
  expect(await pack(admin)).toHaveLength(1);
});
