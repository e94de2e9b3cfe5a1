import { beforeAll, describe, expect, test } from 'vitest';
import type { FleetWire, WireEvent } from '../../src/fleet/ports.js';
import { type MintedAccount, mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import type { NatsServer } from '../support/nats-server.js';
import { linked } from './linked.js';
import { World } from './world.js';

const ANSWER_DEADLINE_MS = 30_000;
const world = new World();
let servers: NatsServer[];
let wire: FleetWire;
let used: MintedAccount;
const events: WireEvent[] = [];
const ids = (): Set<string> =>
  new Set(events.flatMap((event) => (event.kind === 'server_seen' ? [event.server.id] : [])));

beforeAll(async () => {
  servers = await world.cluster(2);
  used = world.account('used');
  const { link, log } = linked({
    servers: [servers[0]?.url ?? ''],
    auth: { kind: 'creds', text: world.creds() },
    answerDeadlineMs: ANSWER_DEADLINE_MS,
  });
  wire = link.wire;
  wire.listen((event) => void events.push(event));
  await log.waitFor('connected to NATS');
  // A client makes the first server load the account; the second one never hears of it.
  await connectWith(servers[0]?.url ?? '', Buffer.from(mintCreds(used)));
});

describe('discovery', () => {
  test('finds every server, and ends as soon as all have answered', async () => {
    const beganAt = performance.now();
    expect(await wire.discover()).toBe('complete');
    expect(performance.now() - beganAt).toBeLessThan(ANSWER_DEADLINE_MS / 2);
    expect(ids().size).toBe(2);
    const seen = events.flatMap((event) => (event.kind === 'server_seen' ? [event.server] : []));
    expect(new Set(seen.map(({ name }) => name))).toEqual(new Set(['server-0', 'server-1']));
    expect(seen[0]).toMatchObject({ cluster: 'test', version: expect.stringMatching(/^2\./) });
  });
});

describe('an update', () => {
  test('is applied where the account is loaded, and skipped elsewhere', async () => {
    const newer = world.account('used', used);
    const { answers, end } = await wire.update(used.key, newer.jwt, ids());
    expect(end).toBe('complete');
    const results = Object.fromEntries(answers.map(({ server, result }) => [server.name, result]));
    expect(results).toEqual({ 'server-0': 'applied', 'server-1': 'not_loaded' });
    const { answers: loaded } = await wire.loadedJwt(used.key, ids());
    const states = Object.fromEntries(loaded.map(({ server, loaded }) => [server.name, loaded]));
    expect(states).toEqual({
      'server-0': { kind: 'loaded', jwt: newer.jwt, complete: true, expired: false },
      'server-1': { kind: 'not_loaded' },
    });
  });

  test('that a server refuses is a failure with its words', async () => {
    const foreign = mintAccount(mintOperator(), { identity: used.identity });
    const { answers } = await wire.update(used.key, foreign.jwt, ids());
    const refused = answers.filter(({ result }) => result === 'failed');
    expect(refused.map(({ server, text }) => [server.name, text])).toEqual([
      ['server-0', 'jwt update resulted in error - account validation failed'],
    ]);
  });

  test('waits for a server that does not answer until the deadline, and no longer', async () => {
    const { link, log } = linked({
      servers: [servers[0]?.url ?? ''],
      auth: { kind: 'creds', text: world.creds() },
      answerDeadlineMs: 200,
    });
    await log.waitFor('connected to NATS');
    const { answers, end } = await link.wire.update(used.key, used.jwt, new Set([...ids(), 'NOBODY']));
    expect(end).toBe('deadline');
    expect(answers).toHaveLength(2);
  });

  test('larger than the server takes is not sent, and says so', async () => {
    const { link, log } = linked({
      servers: [servers[0]?.url ?? ''],
      auth: { kind: 'creds', text: world.creds() },
    });
    await log.waitFor('connected to NATS');
    const { end } = await link.wire.update(used.key, 'x'.repeat(2 ** 20 + 1), ids());
    expect(end).toBe('unsendable');
    expect(log.of('a request cannot be sent')).toHaveLength(1);
  });
});

describe('what is loaded', () => {
  test('one server lists its accounts, and says what it runs', async () => {
    const [first] = [...ids()].filter((id) =>
      events.some((e) => e.kind === 'server_seen' && e.server.id === id && e.server.name === 'server-0'),
    );
    const { answers } = await wire.loadedAccounts(first ?? '');
    expect(answers[0]).toEqual(expect.arrayContaining([used.key, world.system.key, '$G']));
    const { answers: one, end } = await wire.loadedJwt(used.key, first ?? '');
    expect(end).toBe('complete');
    expect(one).toHaveLength(1);
  });

  test('a server that does not exist is nobody', async () => {
    expect(await wire.loadedAccounts('NNOSUCH')).toEqual({ answers: [], end: 'nobody' });
  });
});

describe('events', () => {
  test('a server that ends says goodbye, and an update by somebody else is heard, our own is not', async () => {
    const stranger = linked({
      servers: [servers[0]?.url ?? ''],
      auth: { kind: 'creds', text: world.creds() },
    });
    await stranger.log.waitFor('connected to NATS');
    const everybody = ids();
    events.length = 0;
    await wire.update(used.key, used.jwt, everybody);
    expect(events.filter(({ kind }) => kind === 'foreign_update')).toEqual([]);
    await stranger.link.wire.update(used.key, used.jwt, everybody);
    await expect.poll(() => events).toContainEqual({ kind: 'foreign_update', accountKey: used.key });
    await servers[1]?.stop();
    await expect.poll(() => events.map(({ kind }) => kind)).toContain('server_gone');
  });
});
