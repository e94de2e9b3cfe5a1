import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { createDemo, type Demo, openDemo } from '../../src/demo/demo.js';
import { operatorConfig, startNatsServer } from '../support/nats-server.js';
import { tempDir } from '../support/temp.js';

const demoDir = (): string => join(tempDir(), '.demo');

test('a demo is made once and taken up afterwards', async () => {
  const dir = demoDir();
  const first = await createDemo(dir);
  const files = readdirSync(dir, { recursive: true });
  const second = await createDemo(dir);
  expect([first.created, second.created]).toEqual([true, false]);
  expect({ ...second, created: true }).toMatchObject(plain(first));
  expect(readdirSync(dir, { recursive: true })).toEqual(files);
});

test('two that make it at the same time get the same one, and leave nothing beside it', async () => {
  const dir = demoDir();
  const demos = await Promise.all([createDemo(dir), createDemo(dir)]);
  expect(demos[0].operatorKey).toBe(demos[1].operatorKey);
  expect(readdirSync(join(dir, '..'))).toEqual(['.demo']);
});

test('nobody else can read a seed, a token or creds', async () => {
  const demo = await createDemo(demoDir());
  const secret = readdirSync(demo.dir, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(nk|jwt|creds)$/.test(path),
  );
  expect(secret.length).toBe(16);
  for (const path of secret)
    expect([path, statSync(join(demo.dir, path)).mode & 0o777]).toEqual([path, 0o600]);
});

test('the nats-server configuration follows the addresses of each start', async () => {
  const dir = demoDir();
  await createDemo(dir);
  const demo = await createDemo(dir, {
    accountServerUrl: 'http://localhost:9999',
    natsListen: 'localhost:4333',
  });
  const config = readFileSync(demo.natsConfigFile, 'utf8');
  expect(config).toContain('listen: "localhost:4333"');
  expect(config).toContain('resolver: URL(http://localhost:9999/jwt/v1/accounts/)');
  expect(demo.natsUrl).toBe('nats://localhost:4333');
});

test('a demo is taken up at the addresses of its last start, without writing', async () => {
  const dir = demoDir();
  const addresses = { accountServerUrl: 'http://[::1]:9999', natsListen: '127.0.0.1:4333' };
  const demo = await createDemo(dir, addresses);
  const before = readFileSync(demo.natsConfigFile, 'utf8');
  expect(await openDemo(dir)).toMatchObject({ ...plain(demo), created: false });
  expect(readFileSync(demo.natsConfigFile, 'utf8')).toBe(before);
  await expect(openDemo(join(dir, 'none'))).rejects.toThrow(/there is no demo in .*none: start one first/);
});

test.each([
  ['missing', (file: string) => rmSync(file)],
  ['garbage', (file: string) => writeFileSync(file, 'half a tok')],
  ['empty', (file: string) => writeFileSync(file, '')],
])('a damaged demo (operator JWT %s) is reported with what to do', async (_, damage) => {
  const dir = demoDir();
  const demo = await createDemo(dir);
  damage(demo.operatorJwtFile);
  await expect(createDemo(dir)).rejects.toThrow(
    /demo is damaged: .*demo\.jwt: .*delete .*\.demo to have a new one/,
  );
});

test('a file where the demo should be is reported and left alone', async () => {
  const dir = demoDir();
  writeFileSync(dir, 'mine');
  await expect(createDemo(dir)).rejects.toThrow(/demo is damaged/);
  expect(readFileSync(dir, 'utf8')).toBe('mine');
});

test('a place that cannot be written is reported', async () => {
  await expect(createDemo('/dev/null/.demo')).rejects.toThrow(/demo cannot be made in/);
});

test('nats-server takes the operator, the accounts and the creds', async () => {
  const demo = await createDemo(demoDir());
  const server = await startNatsServer(
    operatorConfig({
      operatorJwt: demo.operatorJwtFile,
      systemAccount: demo.systemAccountKey,
      preload: {
        [demo.systemAccountKey]: readFileSync(demo.accountJwtFile('SYS'), 'utf8'),
        [demo.appAccountKey]: readFileSync(demo.accountJwtFile('APP'), 'utf8'),
      },
    }),
  );
  for (const creds of [demo.systemCredsFile, demo.credsFile('APP', 'app'), demo.credsFile('APP', 'guest')]) {
    const connection = await connect({
      servers: server.url,
      authenticator: credsAuthenticator(readFileSync(creds)),
      reconnect: false,
    });
    await connection.flush();
    await connection.close();
  }
});

/** Without the functions, which are never equal. */
function plain(demo: Demo): Record<string, unknown> {
  return Object.fromEntries(Object.entries(demo).filter(([, value]) => typeof value !== 'function'));
}
