import { readFileSync } from 'node:fs';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, test, vi } from 'vitest';
import { build, type TestApp } from '../support/app.js';
import { connectWith } from '../support/nats-client.js';
import { type NatsServer, operatorConfig, startCluster, startNatsServer } from '../support/nats-server.js';
import { describeWithNsc, nscHome } from '../support/nsc.js';
import { type NscFixture, nscFixture } from '../support/nsc-fixture.js';
import { tcpProxy } from '../support/tcp-proxy.js';

const SYS = 'AC2UG7KLCHRXGT7NYLJV7LUID2DPZV5IG2DWUT2OGUO7QT2DHJEMNCCW';
const SOON = { timeout: 2_000, interval: 10 };

/** The service without NATS first (nats-server needs it to boot), then the service as it is meant to run. */
function serverConfig(fixture: NscFixture, service: TestApp): string {
  return operatorConfig({
    operatorJwt: fixture.operatorJwtFile,
    systemAccount: SYS,
    resolverUrl: `${service.url}/jwt/v1/accounts/`,
  });
}

/** A free port that a nats-server will take later: the service is told of it before anybody listens there. */
async function startBoth(fixture: NscFixture, ...args: string[]) {
  const first = await build('--nsc', fixture.operatorDir);
  const probe = await startNatsServer(serverConfig(fixture, first));
  await probe.stop();
  await first.close();
  const service = await build(
    ...['--nsc', fixture.operatorDir, '--nats', probe.url, '--creds', fixture.credsFile('SYS', 'sys')],
    ...['--nats-reconnect-wait', '100ms', ...args],
  );
  const start = (): Promise<NatsServer> =>
    startNatsServer({ config: serverConfig(fixture, service), port: probe.port });
  return { service, start };
}

const connected = (service: TestApp): Promise<void> =>
  vi.waitFor(
    () => expect(service.log.messages('info')).toContainEqual(expect.stringMatching(/connected to NATS/i)),
    {
      timeout: 5_000,
      interval: 20,
    },
  );

/** Resolves when the server has cut this client off. */
const cut = (client: NatsConnection): Promise<unknown> => client.closed();

describeWithNsc('a revocation by nsc', () => {
  test('cuts the connected client of that user within two seconds, and no other', async () => {
    const fixture = nscFixture('basic', 'acme');
    const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
    const { service, start } = await startBoth(fixture);
    const server = await start();
    await connected(service);
    const alice = await connectWith(server.url, fixture.credsFile('A', 'alice'));
    const amy = await connectWith(server.url, fixture.credsFile('A', 'amy'));
    await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
    const startedAt = performance.now();
    await cut(alice);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(amy.isClosed()).toBe(false);
    await expect(connectWith(server.url, fixture.credsFile('A', 'alice'))).rejects.toThrow(/authorization/i);
  });

  test('reaches every server of a cluster', async () => {
    const fixture = nscFixture('basic', 'acme');
    const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
    const resolver = await build('--nsc', fixture.operatorDir);
    const servers = await startCluster(3, serverConfig(fixture, resolver));
    const [first] = servers;
    const creds = fixture.credsFile('SYS', 'sys');
    const service = await build('--nsc', fixture.operatorDir, '--nats', String(first?.url), '--creds', creds);
    await connected(service);
    const clients = await Promise.all(
      servers.map((server) => connectWith(server.url, fixture.credsFile('A', 'alice'))),
    );
    await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
    await Promise.race([
      Promise.all(clients.map(cut)),
      new Promise((_, reject) => setTimeout(() => reject(new Error('not all were cut within 2 s')), 2_000)),
    ]);
  });
});

describeWithNsc('while NATS is away', () => {
  const names = Array.from({ length: 20 }, (_, i) => `acc${i}`);

  test('20 accounts change three times each: afterwards every server runs the newest, with one notice per account at most', async () => {
    const fixture = nscFixture('basic', 'acme');
    const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
    for (const name of names) {
      await nsc.ok('add', 'account', name);
      await nsc.ok('add', 'user', 'u', '--account', name);
    }
    const resolver = await build('--nsc', fixture.operatorDir);
    const servers = await startCluster(2, serverConfig(fixture, resolver), { advertise: false });
    const [near, far] = servers as [NatsServer, NatsServer];
    const path = await tcpProxy(near.port);
    const service = await build(
      ...['--nsc', fixture.operatorDir, '--nats', `nats://127.0.0.1:${path.port}`],
      ...['--creds', fixture.credsFile('SYS', 'sys'), '--nats-reconnect-wait', '100ms'],
    );
    await connected(service);
    for (const name of names) {
      for (const server of servers) await connectWith(server.url, fixture.credsFile(name, 'u'));
    }
    const notices = await countNotices(fixture, far);
    await path.cut();
    for (const conns of [7, 8, 9]) {
      for (const name of names) await nsc.ok('edit', 'account', name, '--conns', String(conns));
    }
    expect([...notices.keys()]).toEqual([]);
    await path.mend();
    for (const server of servers) {
      await vi.waitFor(
        async () => expect(await running(server, fixture, names)).toEqual(published(fixture, names)),
        {
          timeout: 15_000,
          interval: 100,
        },
      );
    }
    expect(notices.size).toBe(names.length);
    expect(Math.max(...notices.values())).toBe(1);
  }, 60_000);

  test('a change made while the service was down is owed too', async () => {
    const fixture = nscFixture('basic', 'acme');
    const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
    const resolver = await build('--nsc', fixture.operatorDir);
    const server = await startNatsServer(serverConfig(fixture, resolver));
    const alice = await connectWith(server.url, fixture.credsFile('A', 'alice'));
    await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
    expect(alice.isClosed()).toBe(false);
    const creds = fixture.credsFile('SYS', 'sys');
    await build('--nsc', fixture.operatorDir, '--nats', server.url, '--creds', creds);
    await cut(alice);
  });
});

/** Counts, from now on, the notices per account that are sent to the servers. */
async function countNotices(fixture: NscFixture, server: NatsServer): Promise<Map<string, number>> {
  const system = await connectWith(server.url, fixture.credsFile('SYS', 'sys'));
  const notices = new Map<string, number>();
  system.subscribe('$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', {
    callback: (_error, message) => {
      const key = message.subject.split('.')[3] ?? '';
      notices.set(key, (notices.get(key) ?? 0) + 1);
    },
  });
  await system.flush();
  return notices;
}

const keyOf = (jwt: string): string =>
  (JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }).sub;

const published = (fixture: NscFixture, names: readonly string[]): string[] =>
  names.map((name) => readFileSync(fixture.accountFile(name), 'utf8'));

/** What the server itself says that it runs, by its monitoring port. */
async function running(server: NatsServer, fixture: NscFixture, names: readonly string[]): Promise<string[]> {
  const keys = published(fixture, names).map(keyOf);
  return Promise.all(
    keys.map(async (key) => {
      const response = await fetch(`${server.monitorUrl}/accountz?acc=${key}`);
      const { account_detail } = (await response.json()) as { account_detail?: { jwt?: string } };
      return account_detail?.jwt ?? '';
    }),
  );
}

describe('orders of starting', () => {
  test('N2: the service first, nats-server later: delivery begins when it is there', async () => {
    const fixture = nscFixture('basic', 'acme');
    const { service, start } = await startBoth(fixture);
    expect(await service.account(SYS)).toBeDefined();
    const server = await start();
    await connected(service);
    await vi.waitFor(
      async () =>
        expect(await fetch(`${service.url}/metrics`).then((r) => r.text())).toMatch(/nats_connected 1/),
      SOON,
    );
    await server.stop();
    await vi.waitFor(
      async () =>
        expect(await fetch(`${service.url}/metrics`).then((r) => r.text())).toMatch(/nats_connected 0/),
      SOON,
    );
    expect(await service.account(SYS)).toBeDefined();
  });

  test('bad creds are said once and leave HTTP unharmed', async () => {
    const fixture = nscFixture('basic', 'acme');
    const resolver = await build('--nsc', fixture.operatorDir);
    const server = await startNatsServer(serverConfig(fixture, resolver));
    const service = await build(
      ...['--nsc', fixture.operatorDir, '--nats', server.url, '--creds', fixture.credsFile('A', 'alice')],
    );
    expect(await service.account(SYS)).toBeDefined();
    await vi.waitFor(
      () =>
        expect([...service.log.messages('warn'), ...service.log.messages('error')].join('\n')).toMatch(
          /system account/i,
        ),
      {
        timeout: 5_000,
        interval: 50,
      },
    );
  });
});
