import type { NatsConnection } from '@nats-io/transport-node';
import { expect } from 'vitest';
import { Fleet } from '../../src/fleet/fleet.js';
import type { FleetOptions } from '../../src/fleet/ports.js';
import { CountingMeter } from '../fleet/fleet-under-test.js';
import { atEnd } from '../support/clean-up.js';
import { type MintedAccount, mintCreds } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import type { NatsServer } from '../support/nats-server.js';
import { type Linked, linked } from './linked.js';
import type { World } from './world.js';

/** A fleet on real nats-servers, started. */
export interface FleetOnNats extends Linked {
  readonly fleet: Fleet;
  readonly meter: CountingMeter;
}

/** Quick to call silent servers, and without second looks: tests load accounts just before they change them. */
const IMPATIENT: Partial<FleetOptions> = { probeFirstMs: 200, probeMostMs: 500, servedShortlyMs: -1 };

/** Starts a fleet for what the world publishes. */
export function fleetOn(
  world: World,
  url: string,
  creds = world.creds(),
  options: Partial<FleetOptions> = {},
): FleetOnNats {
  const link = linked({ servers: [url], auth: { kind: 'creds', text: creds }, answerDeadlineMs: 1_000 });
  const meter = new CountingMeter();
  const fleet = new Fleet({
    wire: link.link.wire,
    publications: world,
    log: link.log,
    meter,
    options: { ...IMPATIENT, ...options },
  });
  atEnd(() => fleet.close());
  fleet.start();
  return { ...link, fleet, meter };
}

/** Makes every server load an account, by a client that stays connected. */
export function useOn(servers: readonly NatsServer[], account: MintedAccount): Promise<NatsConnection[]> {
  const creds = Buffer.from(mintCreds(account));
  return Promise.all(servers.map((server) => connectWith(server.url, creds)));
}

/** The token that each server runs, as its own monitoring says. */
export function running(servers: readonly NatsServer[], accountKey: string): Promise<(string | undefined)[]> {
  return Promise.all(
    servers.map(async ({ monitorUrl }) => {
      const answer = await fetch(`${monitorUrl}/accountz?acc=${accountKey}`);
      const body = (await answer.json().catch(() => ({}))) as { account_detail?: { jwt?: string } };
      return body.account_detail?.jwt;
    }),
  );
}

/** Resolves when all servers run what is published. */
export async function converged(
  world: World,
  servers: readonly NatsServer[],
  accounts: readonly MintedAccount[],
  timeoutMs = 20_000,
): Promise<void> {
  const wanted = accounts.map(({ key }) => servers.map(() => world.get(key)?.text));
  const actual = () => Promise.all(accounts.map(({ key }) => running(servers, key)));
  await expect.poll(actual, { timeout: timeoutMs, interval: 50 }).toEqual(wanted);
}

/** Hears every notice that passes a server: how many there were for each account. */
export async function countNotices(world: World, server: NatsServer): Promise<Map<string, number>> {
  const spy = await connectWith(server.url, Buffer.from(world.creds()));
  const counts = new Map<string, number>();
  spy.subscribe('$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', {
    callback: (_, { subject }) => {
      const key = subject.split('.')[3] ?? '';
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  });
  await spy.flush();
  return counts;
}
