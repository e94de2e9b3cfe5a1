import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/fleet.js';
import type { FleetWire, ServerFacts, WireEvent } from '../../src/fleet/ports.js';
import { FakeClock } from './fake-clock.js';
import { LogLines } from './fleet-under-test.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const SERVERS = 500;
const ACCOUNTS = 10_000;

/** Servers that have loaded everything and answer at once; simulating each by itself would cost more than the fleet. */
class HugeNetwork implements FleetWire {
  readonly servers: ServerFacts[] = Array.from({ length: SERVERS }, (_, index) => ({
    id: `N${index}`,
    name: `server-${index}`,
    cluster: 'huge',
    version: '2.15.1',
  }));
  readonly names = Array.from({ length: ACCOUNTS }, (_, index) => `A${index}`);
  running = (key: string): string => `${key} 1`;
  updates = 0;
  asked = 0;
  #listener: (event: WireEvent) => void = () => undefined;

  connected = () => true;
  listen = (listener: (event: WireEvent) => void): void => {
    this.#listener = listener;
  };
  emit(event: WireEvent): void {
    this.#listener(event);
  }
  async discover() {
    for (const server of this.servers) this.#listener({ kind: 'server_seen', server });
    return 'complete' as const;
  }
  async update() {
    this.updates++;
    const answers = this.servers.map((server) => ({
      server,
      result: 'applied' as const,
      text: 'jwt updated',
    }));
    return { answers, end: 'complete' as const };
  }
  async loadedAccounts() {
    return { answers: [this.names], end: 'complete' as const };
  }
  async loadedJwt(key: string) {
    this.asked++;
    const loaded = { kind: 'loaded' as const, jwt: this.running(key), complete: true, expired: false };
    return { answers: this.servers.map((server) => ({ server, loaded })), end: 'complete' as const };
  }
}

/** Everything published and loaded everywhere, compared once. */
async function hugeFleet() {
  const net = new HugeNetwork();
  const clock = new FakeClock();
  const versions = new Map(net.names.map((key) => [key, `${key} 1`]));
  const publications = {
    size: ACCOUNTS,
    keys: () => versions.keys(),
    get: (key: string) => {
      const text = versions.get(key);
      return text === undefined ? undefined : { text, exporters: [], issuedAtSeconds: 0, lastServedAtMs: 0 };
    },
  };
  const options = { comparisonsPerSecond: 1e9, comparisonsAtOnce: 500, repairIntervalMs: 1e9 };
  const fleet = new Fleet({ wire: net, publications, log: new LogLines(), clock, options });
  const before = memoryMb();
  fleet.start();
  await clock.pass(1_000);
  const takenMb = memoryMb() - before;
  net.running = (key) => versions.get(key) ?? '';
  const change = (key: string): void => {
    versions.set(key, `${versions.get(key)}+`);
    fleet.changed(key);
  };
  return { net, clock, fleet, change, takenMb };
}

/** Milliseconds that something takes, at best of some times: what else runs on the machine does not count. */
function costMs(times: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times; time++) {
    const beganAt = performance.now();
    run();
    best = Math.min(best, performance.now() - beganAt);
  }
  return best;
}

test('500 servers that all run 10,000 accounts fit into little memory, and nothing is cheap only when small', async () => {
  const { net, clock, fleet, change, takenMb } = await hugeFleet();
  expect(takenMb).toBeLessThan(250);
  expect(fleet.status()).toMatchObject({ comparing: 0, underWay: 0, effective: true });
  expect(fleet.accountCounts()).toMatchObject({ effective: ACCOUNTS });

  // A change, with ten callers that wait for each account and ten that wait for all: 50 notices, 50 proofs, 500 answers each.
  const changed = net.names.slice(0, 50);
  const waiting: Promise<{ readonly effective: boolean } | undefined>[] = [];
  const beganAt = process.cpuUsage();
  for (const key of changed) {
    change(key);
    for (let n = 0; n < 10; n++) waiting.push(fleet.whenEffective(key, 60_000));
  }
  for (let n = 0; n < 10; n++) waiting.push(fleet.whenAllEffective(60_000));
  expect(fleet.accountCounts()).toMatchObject({ effective: ACCOUNTS - 50, pending: 50 });
  await clock.pass(1_000);
  expect((await Promise.all(waiting)).every((answer) => answer?.effective)).toBe(true);
  // Microseconds, 50,000 answers: looking at all cells for one of them would take a thousand times as long.
  expect(process.cpuUsage(beganAt).user / 50_000).toBeLessThan(200);
  expect(net.updates).toBe(50);

  // What is asked for often does not look at five million cells.
  expect(costMs(20, () => fleet.accountCounts())).toBeLessThan(0.1);
  expect(costMs(20, () => fleet.status())).toBeLessThan(5);
  const pending = new Set(['pending', 'unknown'] as const);
  fleet.accounts({ limit: 100 });
  expect(costMs(5, () => fleet.accounts({ limit: 100, states: pending }))).toBeLessThan(20);

  // A server that goes takes its column out of every tally, and wakes nobody who has no reason.
  const leave = (): void => net.emit({ kind: 'server_gone', serverId: net.servers.pop()?.id ?? '' });
  expect(costMs(20, leave)).toBeLessThan(25);
  expect(fleet.status().servers).toHaveLength(SERVERS - 20);
  expect(fleet.accountCounts()).toMatchObject({ effective: ACCOUNTS });
}, 240_000);

test('a connection that is lost and comes back costs no cell when nothing has changed', async () => {
  const { net, clock, fleet } = await hugeFleet();
  const asked = net.asked;
  net.emit({ kind: 'disconnected' });
  expect(fleet.accountCounts()).toMatchObject({ unknown: ACCOUNTS });
  net.emit({ kind: 'connected' });
  await clock.pass(1_000);
  expect(fleet.status()).toMatchObject({ effective: true });
  expect(net.asked).toBe(asked);
}, 240_000);

/** What is held, not what waits to be collected: typed arrays are outside the heap. */
function memoryMb(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}
