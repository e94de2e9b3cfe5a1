import { expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/fleet.js';
import type { FleetWire, ServerFacts, WireEvent } from '../../src/fleet/ports.js';
import { FakeClock } from './fake-clock.js';
import { LogLines } from './fleet-under-test.js';

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
  #listener: (event: WireEvent) => void = () => undefined;

  connected = () => true;
  listen = (listener: (event: WireEvent) => void): void => {
    this.#listener = listener;
  };
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
    const loaded = { kind: 'loaded' as const, jwt: this.running(key), complete: true, expired: false };
    return { answers: this.servers.map((server) => ({ server, loaded })), end: 'complete' as const };
  }
}

test('500 servers that all run 10,000 accounts fit into little memory, and a change stays cheap', async () => {
  const net = new HugeNetwork();
  const clock = new FakeClock();
  const versions = new Map(net.names.map((key) => [key, `${key} 1`]));
  const publications = {
    size: ACCOUNTS,
    keys: () => versions.keys(),
    get: (key: string) => {
      const text = versions.get(key);
      return text === undefined ? undefined : { text, exporters: [], lastServedAtMs: 0 };
    },
  };
  const log = new LogLines();
  const options = { comparisonsPerSecond: 1e9, comparisonsAtOnce: 500, repairIntervalMs: 1e9 };
  const fleet = new Fleet({ wire: net, publications, log, clock, options });
  const before = memoryMb();
  fleet.start();
  await clock.pass(1_000);
  expect(fleet.status()).toMatchObject({ comparing: 0, underWay: 0 });
  expect(net.names.every((key) => fleet.account(key)?.effective)).toBe(true);
  expect(memoryMb() - before).toBeLessThan(250);

  net.running = (key) => versions.get(key) ?? '';
  const beganAt = performance.now();
  for (const key of net.names.slice(0, 50)) {
    versions.set(key, `${key} 2`);
    fleet.changed(key);
  }
  await clock.pass(1_000);
  // 50 notices, 50 proofs, 500 answers each.
  expect((performance.now() - beganAt) / 50_000).toBeLessThan(0.02);
  expect(net.updates).toBe(50);
  expect(net.names.slice(0, 50).every((key) => fleet.account(key)?.effective)).toBe(true);
}, 60_000);

/** What is held, not what waits to be collected: typed arrays are outside the heap. */
function memoryMb(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}
