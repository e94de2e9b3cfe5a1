import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { freePort } from '../../test/support/free-ports.js';
import { connectWith } from '../../test/support/nats-client.js';
import { type NatsServer, operatorConfig, startCluster } from '../../test/support/nats-server.js';
import { tempDir } from '../../test/support/temp.js';
import { serviceCommand } from '../server/contenders.js';
import { type RunningServer, startCommand } from '../server/process.js';
import { epochMs, type Revoker } from './revoker.js';

const SERVERS = 3;
/** So that one change does not ride on the work for the one before; uneven, to meet no rhythm. */
const PAUSES_MS = [130, 310, 190, 270];
const GIVE_UP_MS = 30_000;

/**
 * Revokes one user after the other, each with a client on each of three servers, and takes the time from the write of
 * the file until the last of the three is cut off.
 * @returns milliseconds, one for each user
 */
export async function measureRevocations(revoker: Revoker): Promise<number[]> {
  const { service, servers } = await startBoth(revoker);
  try {
    const clients: NatsConnection[][] = [];
    for (const creds of revoker.users) clients.push(await connectToAll(servers, creds));
    const times: number[] = [];
    for (const [user, its] of clients.entries()) {
      await sleep(PAUSES_MS[user % PAUSES_MS.length]);
      times.push(await timeOf(revoker, user, its));
    }
    return times;
  } finally {
    await service.stop();
  }
}

const connectToAll = (servers: readonly NatsServer[], creds: Uint8Array): Promise<NatsConnection[]> =>
  Promise.all(servers.map(({ url }) => connectWith(url, creds)));

async function timeOf(revoker: Revoker, user: number, clients: readonly NatsConnection[]): Promise<number> {
  const late = sleep(GIVE_UP_MS).then(() => Promise.reject(new Error('a revoked user was not cut off')));
  const cutAt = clients.map(async (client) => {
    await client.closed();
    return epochMs();
  });
  const lastCut = Promise.race([Promise.all(cutAt), late]);
  const writtenAtMs = await revoker.revoke(user);
  return Math.max(...(await lastCut)) - writtenAtMs;
}

/** nats-servers need the service to start, and the service is told of nats-servers: so it starts twice. */
async function startBoth(revoker: Revoker): Promise<{ service: RunningServer; servers: NatsServer[] }> {
  const port = await freePort();
  const run = { port, stateDir: tempDir('nas-bench-state-') };
  const source = ['--nsc', revoker.operatorDir];
  const resolver = await startCommand('service', serviceCommand(source, run), port);
  const { operatorJwt, systemAccount, systemCredsFile } = revoker;
  const resolverUrl = `http://127.0.0.1:${port}/jwt/v1/accounts/`;
  const servers = await startCluster(SERVERS, operatorConfig({ operatorJwt, systemAccount, resolverUrl }));
  await resolver.stop();
  const more = ['--nats', servers.map(({ url }) => url).join(','), '--creds', systemCredsFile];
  const service = await startCommand('service', serviceCommand(source, { ...run, more }), port);
  await untilConnected(port);
  return { service, servers };
}

async function untilConnected(port: number): Promise<void> {
  const giveUpAt = epochMs() + GIVE_UP_MS;
  while (!(await seesAll(port))) {
    if (epochMs() > giveUpAt) throw new Error('the service does not see all nats-servers');
    await sleep(50);
  }
}

async function seesAll(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/fleet`);
  const { effective, servers } = (await answer.json()) as { effective: boolean; servers: unknown[] };
  return effective && servers.length === SERVERS;
}
