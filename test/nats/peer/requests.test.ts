import { createHash } from 'node:crypto';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { describe, expect, test } from 'vitest';
import { Accounts } from '../../../src/accounts/accounts.js';
import { NO_METER } from '../../../src/accounts/ports.js';
import { type AccountsBench, KeptLog } from '../../support/accounts.js';
import { HandStore } from '../../support/hand-store.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds, sign } from '../../support/mint.js';
import { adminOn, ask, collect, type PeerOnNats, PeerWorld, pack, peerOn } from './peer-world.js';

const UPDATE = '$SYS.REQ.CLAIMS.UPDATE';
const DELETE = '$SYS.REQ.CLAIMS.DELETE';
const LIST = '$SYS.REQ.CLAIMS.LIST';
const lookup = (key: string): string => `$SYS.REQ.ACCOUNT.${key}.CLAIMS.LOOKUP`;

interface Scene extends PeerOnNats {
  readonly world: PeerWorld;
  readonly bench: AccountsBench;
  readonly admin: NatsConnection;
  readonly app: MintedAccount;
  readonly expired: MintedAccount;
}

/** A peer with the system account, `app`, and an account that has expired. */
async function scene(): Promise<Scene> {
  const world = new PeerWorld();
  const server = await world.server();
  const app = world.mint('app');
  const expired = world.mint('gone', { iat: 1000, exp: 2000 });
  const bench = await world.accounts(app, expired);
  const peer = await peerOn(world, bench, server);
  return { world, bench, app, expired, admin: await adminOn(world, server), ...peer };
}

/** A request that is answered after all before it, so that the silence before it is one. */
const barrier = (admin: NatsConnection): Promise<unknown> => ask(admin, LIST);

describe('lookup', () => {
  test('the published token, without headers', async () => {
    const { admin, app, bench, meter } = await scene();
    const [message] = await collect(admin, lookup(app.key), '');
    expect(message?.string()).toBe(app.jwt);
    expect(message?.headers).toBeUndefined();
    expect(bench.accounts.published.get(app.key)?.lastServedAtMs).toBeGreaterThan(0);
    expect(meter.handledRequests).toEqual({ 'lookup:answered': 1 });
  });

  test('nothing for an unknown account, an expired one, or a key that is none', async () => {
    const { admin, expired, world, meter } = await scene();
    const heard: string[] = [];
    admin.subscribe('answers', { callback: (_, message) => void heard.push(message.string()) });
    for (const key of [world.mint('new').key, expired.key, 'nonsense', '>'])
      admin.publish(lookup(key), '', { reply: 'answers' });
    await barrier(admin);
    expect(heard).toEqual([]);
    expect(meter.handledRequests['lookup:unknown']).toBe(4);
  });
});

describe('pack', () => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const mix = (one: Buffer, other: Buffer): Buffer =>
    Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));

  test('every token that has not expired, then an empty message', async () => {
    const { admin, app, world } = await scene();
    const lines = await pack(admin);
    expect(lines.sort()).toEqual([app, world.system].map(({ key, jwt }) => `${key}|${jwt}`).sort());
  });

  test('only the empty message to somebody who has the same', async () => {
    const { admin, app, world, bench, meter } = await scene();
    expect(await pack(admin, mix(digest(app.jwt), digest(world.system.jwt)))).toEqual([]);
    expect(meter.handledRequests).toEqual({ 'pack:equal': 1 });
    const changed = world.mint('app', { identity: app.identity, nats: { description: 'changed' } });
    await bench.push(changed.jwt);
    expect(await pack(admin, mix(digest(app.jwt), digest(world.system.jwt)))).toHaveLength(2);
    expect(await pack(admin, mix(digest(changed.jwt), digest(world.system.jwt)))).toEqual([]);
  });

  test('a hash of another length, or something else, is just different', async () => {
    const { admin } = await scene();
    for (const hash of [new Uint8Array(32), new Uint8Array(31), Buffer.from('{}'), new Uint8Array(100_000)])
      expect(await pack(admin, hash)).toHaveLength(2);
  });
});

test('list: the keys of all that have not expired', async () => {
  const { admin, app, world } = await scene();
  const { server, data } = await ask(admin, LIST, 'whatever');
  expect(server).toMatchObject({
    name: expect.stringMatching(/^nats-account-server@./),
    ver: '1.2.3',
    jetstream: false,
  });
  expect(server.id).toMatch(/^N[A-Z2-7]{55}$/);
  expect([...(data as string[])].sort()).toEqual([app.key, world.system.key].sort());
});

describe('update', () => {
  test('a token is published, and published again', async () => {
    const { admin, world, bench, meter } = await scene();
    const added = world.mint('added');
    const data = { account: added.key, code: 200, message: 'jwt updated' };
    expect(await ask(admin, UPDATE, added.jwt)).toMatchObject({ data });
    expect(await ask(admin, UPDATE, `${added.jwt}\n`)).toMatchObject({ data });
    expect(bench.served(added.key)).toBe(added.jwt);
    expect(meter.handledRequests).toEqual({ 'update:accepted': 1, 'update:unchanged': 1 });
  });

  test('headers are no part of the token', async () => {
    const { admin, world, bench } = await scene();
    const added = world.mint('added');
    const sent = headers();
    sent.set('Nats-Msg-Id', '1');
    const answer = await admin.request(UPDATE, added.jwt, { headers: sent, timeout: 15_000 });
    expect(answer.json()).toMatchObject({ data: { code: 200 } });
    expect(bench.served(added.key)).toBe(added.jwt);
  });

  test('without a wish for an answer it is published all the same', async () => {
    const { admin, world, bench } = await scene();
    const added = world.mint('added');
    admin.publish(UPDATE, added.jwt);
    await expect.poll(() => bench.served(added.key)).toBe(added.jwt);
  });

  test.each<[string, (scene: Scene) => string, RegExp, (scene: Scene) => string]>([
    ['nothing', () => '', /^jwt update resulted in error - ./, () => 'n/a'],
    ['no token', () => 'hello', /^jwt update resulted in error - .*three chunks/, () => 'n/a'],
    [
      'a token of another operator',
      ({ app }) => mintAccount(mintOperator(), { identity: app.identity }).jwt,
      /^jwt update resulted in error - ./,
      ({ app }) => app.key,
    ],
    [
      'a self-signed token',
      ({ app, world }) => world.mint('app', { identity: app.identity, signer: app.identity }).jwt,
      /self/,
      ({ app }) => app.key,
    ],
    [
      'an older token',
      ({ app, world }) => world.mint('app', { identity: app.identity, iat: 1_000 }).jwt,
      /issued at/,
      ({ app }) => app.key,
    ],
    [
      'an expired token',
      ({ app, world }) => world.mint('app', { identity: app.identity, exp: 1_000 }).jwt,
      /^jwt validation failed - .*expired/,
      ({ app }) => app.key,
    ],
  ])('%s is refused with the reason', async (_, token, description, account) => {
    const given = await scene();
    const { error, data } = await ask(given.admin, UPDATE, token(given));
    expect(data).toBeUndefined();
    expect(error).toEqual({
      account: account(given),
      code: 500,
      description: expect.stringMatching(description),
    });
    expect(given.bench.served(given.app.key)).toBe(given.app.jwt);
    expect(given.meter.handledRequests).toEqual({ 'update:refused': 1 });
  });

  test('into a store that takes nothing', async () => {
    const { admin, world, bench } = await scene();
    bench.store.writable = false;
    bench.store.duringSave = () => {
      throw new Error('EROFS');
    };
    const { error } = await ask(admin, UPDATE, world.mint('added').jwt);
    expect(error).toMatchObject({ code: 500 });
  });
});

describe('delete', () => {
  const request = ({ world }: Scene, accounts: unknown, more = {}): string => {
    const [signer] = world.operator.signingKeys;
    if (signer === undefined) throw new Error('no signing key');
    const key = signer.getPublicKey();
    const claims = {
      iat: nowSeconds(),
      iss: key,
      jti: String(Math.random()),
      name: 'delete',
      sub: key,
      ...more,
    };
    return sign({ ...claims, nats: { accounts, type: 'generic', version: 2 } }, signer);
  };

  test('accounts are deleted, and nobody finds them any more', async () => {
    const given = await scene();
    const { admin, app, bench, meter, world } = given;
    const answer = await ask(admin, DELETE, request(given, [app.key, world.mint('new').key]));
    expect(answer.data).toEqual({ code: 200, message: 'deleted 2 accounts' });
    expect(bench.served(app.key)).toBeUndefined();
    expect(await pack(admin)).toHaveLength(1);
    expect(meter.handledRequests['delete:accepted']).toBe(1);
  });

  test('what cannot be deleted is told of', async () => {
    const given = await scene();
    given.bench.store.duringRemoval = () => {
      throw new Error('EROFS');
    };
    const { error } = await ask(given.admin, DELETE, request(given, [given.app.key]));
    expect(error).toMatchObject({
      code: 500,
      description: expect.stringMatching(/^deleted 0 accounts, failed for 1 - ./),
    });
  });

  test.each<[string, (scene: Scene) => string, RegExp]>([
    ['nothing', () => '', /^delete accounts request by {2}failed - ./],
    ['an account token', ({ app }) => app.jwt, /failed - /],
    [
      'a list that is none',
      (given) => request(given, 'A'),
      /^delete accounts request by O\w+ failed - malformed request/,
    ],
    ['an old request', (given) => request(given, [given.app.key], { iat: 1000 }), /failed - issued/],
  ])('%s is refused with the reason', async (_, payload, description) => {
    const given = await scene();
    const { error } = await ask(given.admin, DELETE, payload(given));
    expect(error).toEqual({ code: 500, description: expect.stringMatching(description) });
    expect(given.bench.served(given.app.key)).toBe(given.app.jwt);
  });
});

describe('whoever asks', () => {
  test('does not get us to publish what he may not publish himself', async () => {
    const { admin, app, world } = await scene();
    const heard: string[] = [];
    admin.subscribe('$SYS.REQ.CLAIMS.UPDATE', { callback: (_, { subject }) => void heard.push(subject) });
    admin.subscribe('$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', {
      callback: (_, { subject }) => void heard.push(subject),
    });
    const forbidden = [UPDATE, `$SYS.REQ.ACCOUNT.${app.key}.CLAIMS.UPDATE`];
    for (const reply of forbidden)
      for (const subject of [lookup(app.key), LIST, '$SYS.REQ.CLAIMS.PACK'])
        admin.publish(subject, '', { reply });
    await barrier(admin);
    expect(await pack(admin)).toHaveLength(2);
    expect(heard).toEqual([]);
    expect(world.operator.key).toMatch(/^O/);
  });

  test('may send anything anywhere', async () => {
    const { admin, app, bench, log } = await scene();
    const garbage = [
      new Uint8Array(),
      Buffer.from('\0'),
      Buffer.from('{"a":'),
      Buffer.from('a.b.c'),
      Buffer.from(`${app.jwt}${app.jwt}`),
      Buffer.alloc(1_000_000, '.'),
      Buffer.alloc(1_000_000, 0xff),
    ];
    const subjects = [
      ...[lookup(app.key), lookup('x'), '$SYS.REQ.CLAIMS.PACK', LIST, UPDATE, DELETE],
      ...[
        `$SYS.REQ.ACCOUNT.${app.key}.CLAIMS.UPDATE`,
        `$SYS.ACCOUNT.${app.key}.CLAIMS.UPDATE`,
        '$SYS.ACCOUNT.x.CLAIMS.UPDATE',
      ],
    ];
    for (const subject of subjects)
      for (const payload of garbage) {
        admin.publish(subject, payload);
        admin.publish(subject, payload, { reply: 'nobody.listens' });
      }
    await barrier(admin);
    expect(await pack(admin)).toHaveLength(2);
    expect(bench.served(app.key)).toBe(app.jwt);
    expect(log.of('no connection')).toEqual([]);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

test('before all accounts have been read nobody is answered, so that a part is not taken for the whole', async () => {
  const world = new PeerWorld();
  const server = await world.server();
  const store = new HandStore();
  store.put('first', world.system.jwt);
  const { log, meter, clock } = { log: new KeptLog(), meter: NO_METER, clock: { now: Date.now } };
  const accounts = new Accounts({ store, log, meter, clock });
  accounts.intake.operatorRead('operator.jwt', Buffer.from(world.operator.jwt));
  accounts.intake.storeUnavailable('the disk is asleep');
  await accounts.start();
  const admin = await adminOn(world, server);
  const peer = peerOn(world, { accounts }, server);
  await expect
    .poll(async () => (await fetch(`${server.monitorUrl}/connz`)).text())
    .toMatch(/"name": "nats-account-server"/);
  await expect(ask(admin, LIST)).rejects.toThrow('nobody listens');
  accounts.intake.storeAvailable();
  await peer;
  expect((await ask(admin, LIST)).data).toEqual([world.system.key]);
});

test('a peer that closes answers what it was asked, and then no more', async () => {
  const { admin, world, bench, link } = await scene();
  let release: () => void = () => undefined;
  const saving = new Promise<void>((begun) => {
    bench.store.duringSave = () => {
      begun();
      return new Promise((resolve) => {
        release = resolve;
      });
    };
  });
  const answer = ask(admin, UPDATE, world.mint('added').jwt);
  await saving;
  const closed = link.close();
  // The server itself says when nobody listens any more.
  const listed = (): Promise<string> =>
    ask(admin, LIST).then(
      () => 'answered',
      () => 'nobody',
    );
  await expect.poll(listed).toBe('nobody');
  release();
  expect(await answer).toMatchObject({ data: { code: 200 } });
  await closed;
});
