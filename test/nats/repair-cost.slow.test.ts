import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/fleet.js';
import type { FleetOptions, FleetWire } from '../../src/fleet/ports.js';
import { CountingMeter } from '../fleet/fleet-under-test.js';
import { atEnd } from '../support/clean-up.js';
import type { MintedAccount } from '../support/mint.js';
import type { NatsServer } from '../support/nats-server.js';
import { converged, useOn } from './fleet-on-nats.js';
import { linked } from './linked.js';
import { World } from './world.js';

const SERVERS = 3;
const ACCOUNTS = 2_000;
const GROUP = 50;
const CHANGED = 100;
/** Much longer than what is measured between two rounds takes on a busy machine. */
const ROUND_MS = 12_000;
const EXPORTS = [{ name: 'e', subject: 'e.>', type: 'stream' }];

/** What went over the wire of the service, and how long it took. */
interface Cost {
  readonly pings: number;
  readonly lists: number;
  readonly comparisons: number;
  readonly notices: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly tookMs: number;
}

/** Counts the requests of a fleet. */
class CountedWire implements FleetWire {
  readonly counts = { pings: 0, lists: 0, comparisons: 0, notices: 0 };

  /** Lists that were answered. */
  listed = 0;
  /** From the last roll call to the last list. */
  roundMs = 0;
  #roundBeganAt = 0;

  constructor(private readonly wire: FleetWire) {}

  connected = () => this.wire.connected();
  listen: FleetWire['listen'] = (listener) => this.wire.listen(listener);
  discover: FleetWire['discover'] = () => {
    this.counts.pings++;
    this.#roundBeganAt = performance.now();
    return this.wire.discover();
  };
  update: FleetWire['update'] = (...request) => {
    this.counts.notices++;
    return this.wire.update(...request);
  };
  loadedAccounts: FleetWire['loadedAccounts'] = async (serverId) => {
    this.counts.lists++;
    const gathered = await this.wire.loadedAccounts(serverId);
    this.listed++;
    this.roundMs = performance.now() - this.#roundBeganAt;
    return gathered;
  };
  loadedJwt: FleetWire['loadedJwt'] = (...request) => {
    this.counts.comparisons++;
    return this.wire.loadedJwt(...request);
  };
}

/** A door in front of a server that counts bytes, and can be shut. */
class CountingDoor {
  sent = 0;
  received = 0;
  readonly #sockets = new Set<Socket>();
  open = true;

  static async before(port: number): Promise<CountingDoor & { readonly url: string }> {
    const door = new CountingDoor();
    const server = createServer((client) => door.#accept(client, port));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => {
      door.shut();
      server.close();
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    return Object.assign(door, { url: `nats://127.0.0.1:${address.port}` });
  }

  shut(): void {
    this.open = false;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #accept(client: Socket, port: number): void {
    if (!this.open) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (chunk) => {
      this.sent += chunk.length;
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      this.received += chunk.length;
      client.write(chunk);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  }
}

/** Servers that have loaded many accounts with few connections: who uses an importer makes them load its exporters. */
async function loadedCluster(): Promise<{ world: World; servers: NatsServer[]; accounts: MintedAccount[] }> {
  const world = new World();
  const servers = await world.cluster(SERVERS);
  const accounts: MintedAccount[] = [];
  while (accounts.length < ACCOUNTS) {
    const exporters = Array.from({ length: GROUP - 1 }, (_, index) =>
      world.account(`exporter-${index}`, undefined, { exports: EXPORTS }),
    );
    const importer = world.account('importer', undefined, { imports: exporters.map(importFrom) });
    for (const server of servers) await useOn([server], importer);
    accounts.push(...exporters, importer);
  }
  return { world, servers, accounts };
}

const importFrom = ({ key: account }: MintedAccount, index: number) => ({
  name: `e${index}`,
  subject: 'e.>',
  to: `from-${index}`,
  account,
  type: 'stream',
});

/** A fleet behind a door, with both to be read. */
async function watched(world: World, server: NatsServer, options: Partial<FleetOptions>) {
  const door = await CountingDoor.before(server.port);
  const { link, log } = linked({
    servers: [door.url],
    auth: { kind: 'creds', text: world.creds() },
    answerDeadlineMs: 15_000,
  });
  const wire = new CountedWire(link.wire);
  const fleet = new Fleet({ wire, publications: world, log, meter: new CountingMeter(), options });
  atEnd(() => fleet.close());
  const measure = async (run: () => Promise<unknown>): Promise<Cost> => {
    const [sent, received, before, beganAt] = [
      door.sent,
      door.received,
      { ...wire.counts },
      performance.now(),
    ];
    await run();
    const { pings, lists, comparisons, notices } = wire.counts;
    return {
      pings: pings - before.pings,
      lists: lists - before.lists,
      comparisons: comparisons - before.comparisons,
      notices: notices - before.notices,
      sentBytes: door.sent - sent,
      receivedBytes: door.received - received,
      tookMs: Math.round(performance.now() - beganAt),
    };
  };
  return { fleet, wire, door, log, measure };
}

test('repair costs one list per server, and one request per account without a fresh proof', async () => {
  const { world, servers, accounts } = await loadedCluster();
  const [first] = servers;
  if (first === undefined) throw new Error('no server');
  const { fleet, door, log, wire, measure } = await watched(world, first, { repairIntervalMs: ROUND_MS });
  const allEffective = () => fleet.whenAllEffective(60_000);

  const start = await measure(async () => {
    fleet.start();
    expect(await allEffective()).toMatchObject({ effective: true });
  });
  // The system account is one of them. Here and there one request is made twice, when not all servers are known yet.
  expect(start).toMatchObject({ lists: SERVERS, notices: 0 });
  expect(start.comparisons).toBeGreaterThan(ACCOUNTS);
  expect(start.comparisons).toBeLessThan(ACCOUNTS + 30);
  expect(start.receivedBytes).toBeLessThan(ACCOUNTS * SERVERS * 6_000);

  const round = await measure(() =>
    expect.poll(() => wire.listed, { timeout: 3 * ROUND_MS, interval: 20 }).toBe(2 * SERVERS),
  );
  expect(round).toMatchObject({ lists: SERVERS, comparisons: 0, notices: 0 });
  expect(round.receivedBytes).toBeLessThan(ACCOUNTS * SERVERS * 70);

  const changed = accounts.slice(0, CHANGED);
  door.shut();
  await log.waitFor('no connection to NATS');
  for (const account of changed) {
    world.account('changed', account, { exports: EXPORTS });
    fleet.changed(account.key);
  }
  const outage = await measure(async () => {
    door.open = true;
    const arrived = () => changed.filter(({ key }) => fleet.account(key)?.effective).length;
    await expect.poll(arrived, { timeout: 30_000, interval: 20 }).toBe(CHANGED);
  });
  // Each is found to differ, is sent, and is proven.
  expect(outage).toMatchObject({ lists: SERVERS, comparisons: 2 * CHANGED, notices: CHANGED });
  const renewal = await measure(async () => expect(await allEffective()).toMatchObject({ effective: true }));
  // What somebody else sent meanwhile nobody here has heard: the others are asked for once more.
  expect(renewal).toMatchObject({ notices: 0 });
  expect(renewal.comparisons).toBeLessThan(ACCOUNTS + 30);
  await converged(world, servers, changed.slice(-3));
  if (process.env.MEASURE !== undefined)
    console.log({ start, round, roundMs: wire.roundMs, outage, renewal });
}, 240_000);
