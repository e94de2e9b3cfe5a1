import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { build } from '../support/app.js';
import { freePorts } from '../support/free-ports.js';
import { connectWith } from '../support/nats-client.js';
import { startNatsServer } from '../support/nats-server.js';
import { tcpProxy } from '../support/tcp-proxy.js';
import { metric, NatsWorld, soon } from './nats-world.js';

/** How much changes, and for how long NATS is away. */
export interface Away {
  readonly accounts: number;
  readonly changesEach: number;
  readonly awayMs: number;
}

/** What was found when it was back. */
export interface Returned {
  /** Updates that a bystander on the server has seen. */
  readonly notices: number;
  /** From the moment the way was open until the server ran the newest of everything. */
  readonly effectiveMs: number;
}

/** Changes accounts that a server has loaded while the service cannot reach it; then opens the way again. */
export async function changeWhileAway({ accounts, changesEach, awayMs }: Away): Promise<Returned> {
  const world = new NatsWorld(Array.from({ length: accounts }, (_, i) => `account-${i}`));
  const [natsPort = 0] = await freePorts(1);
  const way = await tcpProxy(natsPort);
  const service = await build(...world.args(way.port));
  const server = await startNatsServer({ config: world.serverConfig(service.url), port: natsPort });
  await soon(async () => expect(await metric(service.url, 'nats_connected')).toBe(1));
  for (const name of world.names) await connectWith(server.url, world.creds(name));
  await world.effectiveOn([server]);
  let notices = 0;
  const bystander = await connectWith(server.url, world.systemCreds);
  bystander.subscribe('$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', { callback: () => void notices++ });
  await bystander.flush();

  await way.cut();
  await soon(async () => expect(await metric(service.url, 'nats_connected')).toBe(0));
  const cutAt = performance.now();
  for (let change = 0; change < changesEach; change++) {
    for (const name of world.names) world.change(name);
    await soon(async () => {
      const { key, jwt } = world.tree.get(world.names.at(-1) ?? '');
      expect(await service.account(key)).toBe(jwt);
    });
  }
  await delay(Math.max(0, cutAt + awayMs - performance.now()));
  expect(notices).toBe(0);
  await way.mend();
  const mendedAt = performance.now();
  await world.effectiveOn([server], 60_000);
  const effectiveMs = performance.now() - mendedAt;
  await bystander.flush();
  return { notices, effectiveMs };
}
