import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOperator } from 'nkeys.js';
import { expect, test } from 'vitest';
import { ask } from '../http/support.js';
import { runningOn } from '../support/accountz.js';
import { build } from '../support/app.js';
import { freePorts } from '../support/free-ports.js';
import { mintAccount, mintCreds, mintOperator, nowSeconds } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { startNatsServer } from '../support/nats-server.js';
import { startService } from '../support/service.js';
import { testWithStrace, traceProcess } from '../support/strace.js';
import { metric, NatsWorld, soon } from './nats-world.js';

testWithStrace(
  'N3: killed when the token was synced and nobody had been told: after the restart the server runs it',
  async (strace) => {
    const world = new NatsWorld(['A']);
    const [natsPort = 0] = await freePorts(1);
    const service = await startService(world.args(natsPort));
    const server = await startNatsServer({ config: world.serverConfig(service.url), port: natsPort });
    await service.waitForLog(/connected to NATS/i);
    const { key, identity } = world.tree.get('A');
    const path = `/jwt/v1/accounts/${key}`;
    const mint = (iat: number) => mintAccount(world.operator, { name: 'A', identity, iat }).jwt;
    const push = (body: string) => ask(service.url, path, { method: 'POST', body });
    const jwt = mint(nowSeconds() - 10);
    expect(await push(jwt)).toMatchObject({ status: 200 });
    await connectWith(server.url, world.creds('A'));
    await soon(async () => expect(await runningOn([server], key)).toEqual([jwt]));

    // The last sync of a push is that of the directory of directories: by then the new token has its name.
    const inject = [
      '-P',
      join(world.tree.dir, 'accounts'),
      '-e',
      'trace=fsync',
      '-e',
      'inject=fsync:signal=KILL',
    ];
    await traceProcess(strace, service.pid, inject);
    const pushed = mint(nowSeconds());
    expect(await push(pushed).catch(() => undefined)).toBeUndefined();
    expect(await service.exit).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await runningOn([server], key)).toEqual([jwt]);

    const again = await startService(world.args(natsPort), { port: service.port });
    expect(await ask(again.url, path)).toMatchObject({ status: 200, body: pushed });
    await soon(async () => expect(await runningOn([server], key)).toEqual([pushed]));
  },
  120_000,
);

test('N6: creds that are refused are said in log and metric, and HTTP goes on', async () => {
  const world = new NatsWorld(['A']);
  const resolver = await build('--nsc', world.tree.dir);
  const server = await startNatsServer(world.serverConfig(resolver.url));
  const stranger = mintCreds(mintAccount(mintOperator()));
  writeFileSync(world.systemCreds, stranger);
  const service = await startService(world.args(server.port));
  await service.waitForLog(/no connection to NATS/i);
  await soon(async () =>
    expect(await metric(service.url, 'nats_connect_failures_total', 'reason="refused"')).toBeGreaterThan(0),
  );
  const { key, jwt } = world.tree.get('A');
  expect(await ask(service.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200, body: jwt });
});

test('N6: a publish that is refused is said in log and metric, and HTTP goes on', async () => {
  const world = new NatsWorld(['A']);
  const resolver = await build('--nsc', world.tree.dir);
  const server = await startNatsServer(world.serverConfig(resolver.url));
  writeFileSync(
    world.systemCreds,
    mintCreds(world.tree.get('SYS'), 'mute', { pub: { deny: ['$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE'] } }),
  );
  const service = await startService(world.args(server.port));
  await connectWith(server.url, world.creds('A'));
  await service.waitForLog(/connected to NATS/i);
  world.change('A');
  const { key, jwt } = world.tree.get('A');
  await service.waitForLog(/the NATS user may not publish/);
  await soon(async () =>
    expect(await metric(service.url, 'nats_permission_denied_total')).toBeGreaterThan(0),
  );
  expect(await ask(service.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200, body: jwt });
});

test('N6: the refusal of a server is said in log and metric with its words, and HTTP goes on', async () => {
  const world = new NatsWorld(['A']);
  const resolver = await build('--nsc', world.tree.dir);
  const server = await startNatsServer(world.serverConfig(resolver.url));
  const service = await startService(world.args(server.port));
  await connectWith(server.url, world.creds('A'));
  await service.waitForLog(/connected to NATS/i);
  // The operator gets a signing key that the server has not been told of.
  const signer = createOperator();
  world.tree.replaceOperator(
    mintOperator({
      identity: world.operator.identity,
      systemAccount: world.tree.get('SYS').key,
      nats: { signing_keys: [signer.getPublicKey()] },
    }).jwt,
  );
  world.tree.add('A', { signer, iat: nowSeconds() });
  const { key, jwt } = world.tree.get('A');
  await soon(async () =>
    expect(await ask(service.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200, body: jwt }),
  );
  await service.waitForLog(/server refused the account update/);
  await soon(async () =>
    expect(await metric(service.url, 'notices_total', 'result="failed"')).toBeGreaterThan(0),
  );
});
