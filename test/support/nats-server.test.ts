import { expect, test } from 'vitest';
import { mintAccount, mintOperator } from './mint.js';
import { operatorConfig, startCluster, startNatsServer } from './nats-server.js';
import { nscHome, testWithNsc } from './nsc.js';

test('a server listens, logs, ends, and comes back on its old port', async () => {
  const server = await startNatsServer('');
  await server.waitForLog(/Server is ready/);
  expect((await fetch(`${server.monitorUrl}/varz`)).status).toBe(200);
  await server.stop();
  await expect(fetch(`${server.monitorUrl}/varz`)).rejects.toThrow();
  const again = await startNatsServer(server.choices);
  expect(again.port).toBe(server.port);
});

test('a server that dies while starting says why', async () => {
  await expect(startNatsServer('accounts {')).rejects.toThrow(/Parse error/);
});

test('a cluster knows all its servers when it is handed over', async () => {
  const operator = mintOperator();
  const system = mintAccount(operator, { name: 'SYS' });
  const config = operatorConfig({
    operatorJwt: operator.jwt,
    systemAccount: system.key,
    preload: { [system.key]: system.jwt },
  });
  const servers = await startCluster(3, config);
  const answers = await Promise.all(servers.map((server) => fetch(`${server.monitorUrl}/routez`)));
  for (const answer of answers) {
    const { routes } = (await answer.json()) as { routes: { remote_id: string }[] };
    expect(new Set(routes.map((route) => route.remote_id)).size).toBe(2);
  }
});

testWithNsc('an nsc works in directories of its own', async () => {
  const nsc = nscHome();
  await nsc.ok('add', 'operator', '--name', 'acme', '--sys');
  const listed = await nsc.ok('list', 'accounts');
  expect(listed.stdout + listed.stderr).toContain('SYS');
  expect((await nsc.run('describe', 'account', 'absent')).code).not.toBe(0);
});
