import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, test, vi } from 'vitest';
import { build, type TestApp } from '../support/app.js';
import { connectWith } from '../support/nats-client.js';
import { type NatsServer, operatorConfig, startNatsServer } from '../support/nats-server.js';
import { describeWithNsc, nscHome } from '../support/nsc.js';
import { type NscFixture, nscFixture } from '../support/nsc-fixture.js';

const SYS = 'AC2UG7KLCHRXGT7NYLJV7LUID2DPZV5IG2DWUT2OGUO7QT2DHJEMNCCW';
const SOON = { timeout: 20_000, interval: 10 };

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
      timeout: 20_000,
      interval: 20,
    },
  );

/** Resolves when the server has cut this client off. */
const cut = (client: NatsConnection): Promise<unknown> => client.closed();

describeWithNsc('a revocation by nsc', () => {
  test('cuts the connected client of that user without waiting for a sweep, and no other', async () => {
    const fixture = nscFixture('basic', 'acme');
    const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
    const { service, start } = await startBoth(fixture, '--sweep', '1h');
    const server = await start();
    await connected(service);
    const alice = await connectWith(server.url, fixture.credsFile('A', 'alice'));
    const amy = await connectWith(server.url, fixture.credsFile('A', 'amy'));
    await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
    await cut(alice);
    expect(amy.isClosed()).toBe(false);
    await expect(connectWith(server.url, fixture.credsFile('A', 'alice'))).rejects.toThrow(/authorization/i);
  });
});

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
        timeout: 20_000,
        interval: 50,
      },
    );
  });
});
