import { createUser } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { startNatsServer } from '../support/nats-server.js';
import { linked } from './linked.js';
import { CuttableWire, StrangeServer } from './tcp.js';
import { World } from './world.js';

const NO_CONNECTION = 'no connection to NATS';
const CONNECTED = 'connected to NATS';

describe('ways to prove who we are', () => {
  test('creds of the system account', async () => {
    const world = new World();
    const server = await world.server();
    const { link, log, counts } = linked({
      servers: [server.url],
      auth: { kind: 'creds', text: world.creds() },
    });
    await log.waitFor(CONNECTED);
    expect(link.state()).toMatchObject({ kind: 'connected', address: `127.0.0.1:${server.port}` });
    expect(counts.up).toBe(true);
    expect(link.connection()?.isClosed()).toBe(false);
  });

  test('user and password, by option or in the address', async () => {
    const server = await startNatsServer('authorization { user: "al@b", password: "s3%cret" }');
    const byOption = linked({
      servers: [server.url],
      auth: { kind: 'user', user: 'al@b', password: 's3%cret' },
    });
    const byAddress = linked({ servers: [server.url.replace('//', '//al%40b:s3%25cret@')] });
    await Promise.all([byOption.log.waitFor(CONNECTED), byAddress.log.waitFor(CONNECTED)]);
  });

  test('a token, by option or in the address', async () => {
    const server = await startNatsServer('authorization { token: "tok" }');
    const byOption = linked({ servers: [server.url], auth: { kind: 'token', token: 'tok' } });
    const byAddress = linked({ servers: [server.url.replace('//', '//tok@')] });
    await Promise.all([byOption.log.waitFor(CONNECTED), byAddress.log.waitFor(CONNECTED)]);
  });

  test('an nkey', async () => {
    const user = createUser();
    const server = await startNatsServer(`authorization { users: [{ nkey: ${user.getPublicKey()} }] }`);
    const seed = new TextDecoder().decode(user.getSeed());
    const { log } = linked({ servers: [server.url], auth: { kind: 'nkey', seed: `# mine\n${seed}\n` } });
    await log.waitFor(CONNECTED);
  });
});

describe('while there is no connection', () => {
  test('NATS that comes later is found, and its absence is logged once', async () => {
    const server = await startNatsServer('');
    await server.stop();
    const { link, log, counts } = linked({ servers: [server.url] });
    await log.waitFor(NO_CONNECTION);
    await expect.poll(() => counts.failures.length).toBeGreaterThan(3);
    expect(new Set(counts.failures)).toEqual(new Set(['unreachable']));
    expect(log.of(NO_CONNECTION)).toHaveLength(1);
    expect(link.state()).toMatchObject({ kind: 'away', reason: 'unreachable' });
    await startNatsServer(server.choices);
    await log.waitFor(CONNECTED);
  });

  test('questions end at once', async () => {
    const { link } = linked({ servers: ['127.0.0.1:1'] });
    expect(await link.wire.discover()).toBe('lost');
    expect(await link.wire.update('A', 'text', new Set(['N']))).toEqual({ answers: [], end: 'lost' });
  });

  test('a listener that never answers costs one socket, not one for each try', async () => {
    const silent = await StrangeServer.listen();
    const { counts } = linked({ servers: [silent.address], connectTimeoutMs: 50, retryDelayMs: 10 });
    await expect.poll(() => counts.failures.length).toBeGreaterThan(5);
    expect(new Set(counts.failures)).toEqual(new Set(['no_answer']));
    expect(silent.open.size).toBeLessThanOrEqual(2);
  });

  test('a listener that speaks something else, or hangs up, is no NATS server', async () => {
    const web = await StrangeServer.listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const rude = await StrangeServer.listen((socket) => socket.destroy());
    const { link, counts } = linked({ servers: [web.address], retryDelayMs: 10 });
    const other = linked({ servers: [rude.address], retryDelayMs: 10 });
    await expect.poll(() => counts.failures.length).toBeGreaterThan(3);
    await expect.poll(() => other.counts.failures.length).toBeGreaterThan(3);
    expect(link.state().kind).toBe('away');
    expect(other.link.state().kind).toBe('away');
  });

  test('a server that hangs up during the handshake is tried again soon', async () => {
    const info = 'INFO {"server_id":"x","version":"2.10.0","proto":1,"max_payload":1048576}\r\n';
    const fleeting = await StrangeServer.listen((socket) => {
      socket.write(info);
      socket.once('data', () => socket.destroy());
    });
    const { counts } = linked({ servers: [fleeting.address], connectTimeoutMs: 100, retryDelayMs: 10 });
    await expect.poll(() => counts.failures.length).toBeGreaterThan(2);
  });

  test('one living server among dead ones is enough', async () => {
    const server = await startNatsServer('');
    const { log } = linked({ servers: ['nats://127.0.0.1:1', server.url] });
    await log.waitFor(CONNECTED);
  });
});

describe('credentials that are not accepted', () => {
  test('of another operator: one line, a count for each try, and the service goes on', async () => {
    const world = new World();
    const server = await world.server();
    const stranger = mintOperator();
    const text = mintCreds(mintAccount(stranger));
    const { link, log, counts } = linked({
      servers: [server.url],
      auth: { kind: 'creds', text },
      retryDelayMs: 20,
    });
    await log.waitFor(NO_CONNECTION);
    await expect.poll(() => counts.failures.length).toBeGreaterThan(2);
    expect(new Set(counts.failures)).toEqual(new Set(['refused']));
    expect(log.of(NO_CONNECTION)).toHaveLength(1);
    expect(link.state()).toMatchObject({ kind: 'away', reason: 'refused' });
    link.reload({ servers: [server.url], auth: { kind: 'creds', text: world.creds() } });
    await log.waitFor(CONNECTED);
  });

  test.each([
    ['no creds at all', { kind: 'creds', text: 'hello' }, /holds no user JWT/],
    ['creds without a seed', { kind: 'creds', text: '---A---\nabc\n---A---\n' }, /there is no seed/],
    [
      'a seed of an account',
      { kind: 'nkey', seed: 'SAAO2LF4Y6OKLSVWTFPT7UJOMXK4ZFFA33BHVDJ6L3VJ7QDGJBYPWQSQRU' },
      /seed/,
    ],
    ['an empty seed', { kind: 'nkey', seed: '' }, /there is no seed/],
  ] as const)('%s: said once, and mended by a reload', async (_, auth, message) => {
    const server = await startNatsServer('');
    const { link, log, counts } = linked({ servers: [server.url], auth });
    expect(link.state()).toMatchObject({
      kind: 'away',
      reason: 'bad_options',
      message: expect.stringMatching(message),
    });
    expect(counts.failures).toEqual(['bad_options']);
    link.reload({ servers: [server.url], auth: { kind: 'none' } });
    await log.waitFor(CONNECTED);
  });

  test.each([
    ['http://localhost:4222', /http:\/\/localhost:4222.*no address/],
    ['ws://user:secret@localhost:80', /"ws:\/\/localhost:80" is no address/],
    ['nats://:4222', /no address/],
  ])('an address that is none: %s', (address, message) => {
    const { link } = linked({ servers: [address] });
    const state = link.state();
    expect(state).toMatchObject({ reason: 'bad_options', message: expect.stringMatching(message) });
    expect(JSON.stringify(state)).not.toContain('secret');
  });
});

describe('a connection that breaks', () => {
  test('comes back by itself; each change of state is one line', async () => {
    const server = await startNatsServer('');
    const wire = new CuttableWire(server.port);
    await wire.mend();
    const { link, log, counts } = linked({ servers: [wire.url] });
    await log.waitFor(CONNECTED);
    const events: string[] = [];
    link.wire.listen(({ kind }) => void events.push(kind));
    wire.cut();
    await log.waitFor(NO_CONNECTION);
    expect(link.state()).toMatchObject({ kind: 'away', reason: 'lost' });
    expect(counts.up).toBe(false);
    await wire.mend();
    await log.waitFor(CONNECTED, 2);
    expect(counts).toMatchObject({ up: true, reconnects: 1 });
    expect(events).toEqual(['disconnected', 'connected']);
    expect(log.lines.filter(({ level }) => level !== 'debug').map(({ message }) => message)).toEqual([
      'connecting to NATS',
      CONNECTED,
      expect.stringContaining(NO_CONNECTION),
      CONNECTED,
    ]);
  });

  test('ends the questions that are open', async () => {
    const world = new World();
    const server = await world.server();
    const wire = new CuttableWire(server.port);
    await wire.mend();
    const { link, log } = linked({ servers: [wire.url], auth: { kind: 'creds', text: world.creds() } });
    await log.waitFor(CONNECTED);
    const question = link.wire.update(world.system.key, world.system.jwt, new Set(['NOBODY']));
    wire.cut();
    expect((await question).end).toBe('lost');
  });

  test('a server that answers no heartbeats is given up', async () => {
    const server = await startNatsServer('');
    const { link, log } = linked({ servers: [server.url], heartbeatMs: 50 });
    await log.waitFor(CONNECTED);
    server.kill('SIGSTOP');
    await log.waitFor(NO_CONNECTION);
    expect(link.state()).toMatchObject({ reason: 'lost', message: 'the server missed its heartbeats' });
    server.kill('SIGCONT');
    await log.waitFor(CONNECTED, 2);
  });
});

test('a listener that fails costs the connection, not the service', async () => {
  const server = await startNatsServer('');
  const { link, log } = linked({ servers: [server.url] });
  link.wire.listen(({ kind }) => {
    if (kind === 'connected' && log.of('is given up').length === 0) throw new Error('cannot listen');
  });
  await log.waitFor('the NATS connection is given up');
  await log.waitFor(CONNECTED, 2);
  expect(link.state().kind).toBe('connected');
});

describe('a reload', () => {
  test('with the same options does nothing; with other creds proves them on the same connection', async () => {
    const world = new World();
    const server = await world.server();
    const options = { servers: [server.url], auth: { kind: 'creds' as const, text: world.creds() } };
    const { link, log } = linked(options);
    await log.waitFor(CONNECTED);
    const before = link.connection();
    link.reload({ ...options, retryDelayMs: 100, connectTimeoutMs: 1_000 });
    expect(link.state().kind).toBe('connected');
    link.reload({
      ...options,
      auth: { kind: 'creds', text: world.creds() },
      retryDelayMs: 100,
      connectTimeoutMs: 1_000,
    });
    await log.waitFor(CONNECTED, 2);
    expect(link.connection()).toBe(before);
  });

  test('with other servers goes there', async () => {
    const [one, other] = [await startNatsServer(''), await startNatsServer('')];
    const { link, log } = linked({ servers: [one.url] });
    await log.waitFor(CONNECTED);
    link.reload({ servers: [other.url], auth: { kind: 'none' } });
    await log.waitFor(CONNECTED, 2);
    expect(link.state()).toMatchObject({ address: `127.0.0.1:${other.port}` });
  });

  test('with options that cannot be used keeps the connection and says so', async () => {
    const server = await startNatsServer('');
    const { link, log } = linked({ servers: [server.url] });
    await log.waitFor(CONNECTED);
    link.reload({ servers: [server.url], auth: { kind: 'creds', text: 'broken' } });
    expect(link.state().kind).toBe('connected');
    expect(log.of('the old ones stay')).toHaveLength(1);
  });
});

test('after a close nothing is tried any more', async () => {
  const server = await startNatsServer('');
  const { link, log } = linked({ servers: [server.url] });
  await log.waitFor(CONNECTED);
  await link.close();
  expect(link.state()).toEqual({ kind: 'closed' });
  expect(link.connection()).toBeUndefined();
  const varz = (await (await fetch(`${server.monitorUrl}/varz`)).json()) as { connections: number };
  expect(varz.connections).toBe(0);
});

test('nothing secret is logged', async () => {
  const world = new World();
  const server = await world.server();
  const creds = world.creds();
  const { link, log } = linked({
    servers: [server.url.replace('//', '//user:hunter2@')],
    auth: { kind: 'creds', text: creds },
  });
  await log.waitFor(CONNECTED);
  link.reload({ servers: ['nats://user:hunter2@127.0.0.1:1'], auth: { kind: 'creds', text: creds } });
  await log.waitFor(NO_CONNECTION);
  const text = JSON.stringify(log.lines);
  expect(text).not.toContain('hunter2');
  for (const line of creds.split('\n').filter((part) => part.length > 50)) expect(text).not.toContain(line);
});
