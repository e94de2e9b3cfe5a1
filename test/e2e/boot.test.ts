import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { build } from '../support/app.js';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { operatorConfig, startNatsServer } from '../support/nats-server.js';
import { nscFixture } from '../support/nsc-fixture.js';

const BASIC = {
  name: 'basic',
  operator: 'acme',
  system: 'AC2UG7KLCHRXGT7NYLJV7LUID2DPZV5IG2DWUT2OGUO7QT2DHJEMNCCW',
};
const STRICT = {
  name: 'strict',
  operator: 'fortress',
  system: 'ACOKLLUH5IET2ALGEGDQFWYWZN5P2NGPG2MN3T5UC4VVGMDOU3XFWEFP',
};

async function boot({ name, operator, system }: typeof BASIC) {
  const fixture = nscFixture(name, operator);
  const service = await build('--nsc', fixture.operatorDir);
  const server = await startNatsServer(
    operatorConfig({
      operatorJwt: fixture.operatorJwtFile,
      systemAccount: system,
      resolverUrl: `${service.url}/jwt/v1/accounts/`,
    }),
  );
  return { fixture, service, server };
}

test.each([
  ['an operator', BASIC, 'A', 'alice'],
  ['a strict operator', STRICT, 'gate', 'gate-user'],
])(
  'nats-server of %s boots on the URL; a client connects, publishes and hears itself',
  async (_, operator, account, user) => {
    const { fixture, server } = await boot(operator);
    const client = await connectWith(server.url, fixture.credsFile(account, user));
    const heard = client.subscribe('greetings', { max: 1 });
    client.publish('greetings', 'hello');
    for await (const message of heard) expect(message.string()).toBe('hello');
    const system = await connectWith(server.url, fixture.credsFile('SYS', 'sys'));
    expect(system.isClosed()).toBe(false);
  },
);

test('an import between accounts works, both fetched from the service', async () => {
  const { fixture, server } = await boot(BASIC);
  const alice = await connectWith(server.url, fixture.credsFile('A', 'alice'));
  const bob = await connectWith(server.url, fixture.credsFile('B', 'bob'));
  alice.subscribe('help.request', { callback: (_error, message) => void message.respond('here') });
  await alice.flush();
  expect((await bob.request('help.request', '', { timeout: 15_000 })).string()).toBe('here');
});

test('a client of an account that the service does not know is refused', async () => {
  const { server } = await boot(BASIC);
  const stranger = mintAccount(mintOperator());
  await expect(connectWith(server.url, Buffer.from(mintCreds(stranger)))).rejects.toThrow(/authorization/i);
});

test('nats-server does not start while the service is away, and says which URL it asked', async () => {
  const fixture = nscFixture('basic', 'acme');
  const service = await build('--nsc', fixture.operatorDir);
  const config = operatorConfig({
    operatorJwt: readFileSync(fixture.operatorJwtFile, 'utf8'),
    systemAccount: BASIC.system,
    resolverUrl: `${service.url}/jwt/v1/accounts/`,
  });
  await service.close();
  await expect(startNatsServer(config)).rejects.toThrow(/could not fetch.*jwt\/v1\/accounts/);
});
