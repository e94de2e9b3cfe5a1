import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { runningOn } from '../../support/accountz.js';
import { spawnApp } from '../../support/app.js';
import { type NatsServer, operatorConfig, startCluster } from '../../support/nats-server.js';
import { nscHome, testWithNsc } from '../../support/nsc.js';
import { nscFixture } from '../../support/nsc-fixture.js';
import { tcpProxy } from '../../support/tcp-proxy.js';
import { connectToAll, effectiveOn, expectRefused, RETURN_MS, SYSTEM_ACCOUNT, subjectOf } from './scene.js';

testWithNsc(
  'what changed after the service was killed is effective soon after it is started again',
  async () => {
    const fixture = nscFixture('basic', 'acme');
    const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
    let servers: readonly NatsServer[] = [];
    const way = await tcpProxy(() => servers[0]?.port ?? 0);
    const args = ['--nsc', fixture.operatorDir, '--creds', fixture.credsFile('SYS', 'sys')];
    const start = (...more: string[]) =>
      spawnApp([...args, '--nats', `nats://127.0.0.1:${way.port}`, ...more]);
    const first = await start();
    const { operatorJwtFile: operatorJwt } = fixture;
    const resolverUrl = `${first.url}/jwt/v1/accounts/`;
    servers = await startCluster(
      3,
      operatorConfig({ operatorJwt, systemAccount: SYSTEM_ACCOUNT, resolverUrl }),
    );
    await first.waitForLog(/(server found[\s\S]*){3}/);
    const before = readFileSync(fixture.accountFile('A'), 'utf8');
    const alice = fixture.credsFile('A', 'alice');
    const cut = await connectToAll(servers, alice);
    const kept = await connectToAll(servers, fixture.credsFile('A', 'amy'));

    first.kill('SIGKILL');
    await first.exit;
    await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
    const revoked = readFileSync(fixture.accountFile('A'), 'utf8');
    expect(await runningOn(servers, subjectOf(revoked))).toEqual(servers.map(() => before));

    // Until it listens the sources are compiled, which no user waits for.
    await start('--listen', new URL(first.url).host);
    const startedAt = performance.now();
    await Promise.all(cut.map((client) => client.closed()));
    await effectiveOn(servers, subjectOf(revoked), revoked);
    expect(performance.now() - startedAt).toBeLessThan(RETURN_MS);
    await expectRefused(servers, alice);
    expect(kept.map((client) => client.isClosed())).toEqual([false, false, false]);
  },
  180_000,
);
