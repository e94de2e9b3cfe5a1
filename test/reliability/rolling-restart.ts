import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { freePorts } from '../support/free-ports.js';
import { mintAccount, nowSeconds } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { type Service, startService } from '../support/service.js';
import { metric, NatsWorld, soon } from './nats-world.js';
import { RestartableCluster } from './restartable-cluster.js';

const SIZE = 3;

/** What went on during restarts. */
export interface Restarts {
  readonly logins: number;
  readonly refused: readonly string[];
  readonly changes: number;
  /** From the last restart and change until every server ran the newest of everything. */
  readonly effectiveMs: number;
}

/** Pushes newer tokens all the time and lets users log in all the time, while every server is restarted in turn. */
export async function restartInTurn(rounds: number): Promise<Restarts> {
  const world = new NatsWorld(['A', 'B', 'C', 'D']);
  const clientPorts = await freePorts(SIZE);
  const service = await startService(world.args(...clientPorts));
  const cluster = await RestartableCluster.start(world.serverConfig(service.url), clientPorts);
  await soon(async () => expect(await metric(service.url, 'fleet_servers', 'present')).toBe(SIZE), 40_000);

  let ended = false;
  const refused: string[] = [];
  let logins = 0;
  const logIn = async (): Promise<void> => {
    for (let turn = 0; !ended; turn++) {
      const name = world.names[turn % world.names.length] ?? '';
      const server = cluster.servers[turn % SIZE];
      if (server === undefined) continue;
      try {
        const connection = await connectWith(server.url, world.creds(name));
        await connection.close();
        logins++;
      } catch (error) {
        // A server that is down refuses nobody.
        if (/authorization|credentials|expired/i.test(String(error))) refused.push(`${name}: ${error}`);
      }
      await delay(20);
    }
  };
  let changes = 0;
  const change = async (): Promise<void> => {
    for (let turn = 0; !ended; turn++) {
      await pushNewer(service, world, world.names[turn % world.names.length] ?? '', turn);
      changes++;
      await delay(100);
    }
  };
  const traffic = [logIn(), logIn(), change()];
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < SIZE; index++) {
      await cluster.restart(index);
      await delay(500);
    }
  }
  ended = true;
  await Promise.all(traffic);
  // An account that no server has loaded has nothing to be effective on.
  const loading = cluster.servers.flatMap((server) =>
    world.names.map((name) => connectWith(server.url, world.creds(name))),
  );
  await Promise.all(loading);
  const endedAt = performance.now();
  await world.effectiveOn(cluster.servers, 60_000);
  return { logins, refused, changes, effectiveMs: performance.now() - endedAt };
}

async function pushNewer(service: Service, world: NatsWorld, name: string, turn: number): Promise<void> {
  const { identity, key } = world.tree.get(name);
  const account = mintAccount(world.operator, {
    name,
    identity,
    iat: nowSeconds() - 5_000 + turn,
    nats: { description: `push ${turn}` },
  });
  const answer = await ask(service.url, `/jwt/v1/accounts/${key}`, { method: 'POST', body: account.jwt });
  expect(answer.status).toBe(200);
  world.tree.accounts.set(name, account);
}
