import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import {
  AccountsAnswer,
  ApiError,
  FleetAccount,
  FleetAccountsAnswer,
  FleetAnswer,
} from '../../src/http/routes/api/schemas.js';
import { running } from '../nats/fleet-on-nats.js';
import { build, LAST, spawnApp, type TestApp } from '../support/app.js';
import { type MintedAccount, mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { type NatsServer, operatorConfig, startCluster } from '../support/nats-server.js';
import { nscHome, testWithNsc } from '../support/nsc.js';
import { nscFixture } from '../support/nsc-fixture.js';
import { OperatorTree } from '../support/operator-tree.js';
import { tempDir } from '../support/temp.js';
import { metric, soon } from './observing.js';

/** Servers that get their accounts from the service, and the service that watches them. */
interface Scene {
  readonly tree: OperatorTree;
  readonly service: TestApp;
  readonly servers: readonly NatsServer[];
}

/** Starts both, and loads the account A on every server but the last. */
async function startScene(size = 3): Promise<Scene> {
  const tree = new OperatorTree(mintOperator(), ['SYS', 'A', 'B']);
  const resolver = await build('--nsc', tree.dir);
  const mode = { operatorJwt: tree.operatorFile, systemAccount: tree.get('SYS').key };
  const config = operatorConfig({ ...mode, resolverUrl: `${resolver.url}/jwt/v1/accounts/` });
  const servers = await startCluster(size, config, { advertise: false });
  for (const { url } of servers.slice(0, -1)) await connectWith(url, Buffer.from(mintCreds(tree.get('A'))));
  const creds = credsFile(tree);
  const service = await build(
    ...['--nsc', tree.dir, '--nats', servers[0]?.url ?? '', '--creds', creds],
    ...['--nats-reconnect-wait', '100ms'],
  );
  expect((await read(service, '/api/v1/fleet?wait=60s', FleetAnswer)).effective).toBe(true);
  return { tree, service, servers };
}

function credsFile(tree: OperatorTree): string {
  const file = join(tempDir('nas-creds-'), 'sys.creds');
  writeFileSync(file, mintCreds(tree.get('SYS')));
  return file;
}

/** The next version of an account; issued a second later, since this one came in this very second. */
function next(tree: OperatorTree, name: string): MintedAccount {
  const { identity } = tree.get(name);
  const iat = Math.floor(Date.now() / 1000) + 1;
  return mintAccount(tree.operator, { name, identity, iat, nats: { description: `of ${iat}` } });
}

async function pushAndWait(service: TestApp, { key, jwt }: MintedAccount, wait: string) {
  const url = `${service.url}/jwt/v1/accounts/${key}?wait=${wait}`;
  const answer = await fetch(url, { method: 'POST', body: jwt, headers: LAST });
  return { status: answer.status, lines: (await answer.text()).trimEnd().split('\n') };
}

/** Reads an answer of the API by its schema. */
async function read<S extends TSchema>(
  { url }: { readonly url: string },
  path: string,
  schema: S,
  status = 200,
): Promise<Static<S>> {
  const answer = await fetch(url + path, { headers: LAST });
  const value: unknown = await answer.json();
  expect(answer.status, JSON.stringify(value)).toBe(status);
  const checker = Compile(schema);
  if (checker.Check(value)) return value;
  throw new Error(`${JSON.stringify(value)}: ${JSON.stringify(checker.Errors(value))}`);
}

describe('a push that waits', () => {
  test('is answered with 200 when every server that has the account runs it', async () => {
    const { tree, service, servers } = await startScene();
    const account = next(tree, 'A');
    const { status, lines } = await pushAndWait(service, account, '30s');
    expect(await running(servers, account.key)).toEqual([account.jwt, account.jwt, undefined]);
    expect(status).toBe(200);
    expect(lines[0]).toMatch(/^in effect on every nats-server that has the account loaded \(\d\S* s\)$/);
    expect([...lines.slice(1, 3).sort(), ...lines.slice(3)]).toEqual([
      'server-0: runs this token',
      'server-1: runs this token',
      'server-2: has not loaded the account; it fetches this token when it needs it',
    ]);
  });

  test('is answered with 200 when no server has the account', async () => {
    const { tree, service } = await startScene(2);
    const { status, lines } = await pushAndWait(service, next(tree, 'B'), '30s');
    expect([status, lines[0]]).toEqual([200, expect.stringMatching(/none has the account loaded/)]);
  });

  test('is answered with 202 while a server is frozen; what it runs is known when it is back', async () => {
    const { tree, service, servers } = await startScene();
    const [, frozen] = servers;
    frozen?.kill('SIGSTOP');
    const account = next(tree, 'A');
    const { status, lines } = await pushAndWait(service, account, '4s');
    expect(status).toBe(202);
    expect(lines[0]).toMatch(
      /^stored and served, but not proven to be in effect on every nats-server after 4\S* s; delivery goes on$/,
    );
    expect(lines[1]).toMatch(/^server-1: does not answer; /);
    expect(lines).toContain('server-0: runs this token');
    frozen?.kill('SIGCONT');
    const row = await read(service, `/api/v1/fleet/accounts/${account.key}?wait=60s`, FleetAccount);
    expect(row.state).toBe('effective');
    expect(await running(servers.slice(0, 2), account.key)).toEqual([account.jwt, account.jwt]);
  });

  test('is answered with 202 while NATS is away, and the fleet says so', async () => {
    const { tree, service, servers } = await startScene(2);
    for (const server of servers) await server.stop();
    await soon(async () => expect(await metric(service, 'nats_connected')).toBe(0));
    const account = next(tree, 'A');
    const { status, lines } = await pushAndWait(service, account, '1s');
    expect(status).toBe(202);
    expect(lines[0]).toBe(
      'stored and served; there is no connection to NATS, delivery begins when it is back',
    );
    expect(await service.account(account.key)).toBe(account.jwt);
    const fleet = await read(service, '/api/v1/fleet', FleetAnswer);
    expect(fleet).toMatchObject({
      configured: true,
      connected: false,
      effective: false,
      accounts: { effective: 0 },
    });
  });

  testWithNsc('is shown by nsc: 200 as done, 202 as a warning that is no failure', async () => {
    const fixture = nscFixture('basic', 'acme');
    const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
    const service = await build('--nsc', fixture.operatorDir);
    const pushed = await nsc.run('push', '-a', 'A', '-u', `${service.url}/jwt/v1?wait=5s`);
    expect(pushed.code).toBe(0);
    expect(pushed.stdout).toMatch(
      /\[WARN\] push A to account server:\n +\[WARN\] pushed account jwt was accepted by the account server\n +> stored and served; NATS is not configured/,
    );
    const refused = await nsc.run('push', '-a', 'A', '-u', `${service.url}/jwt/v1?wait=long`);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/> bad wait parameter "long": give 0s to 60s/);
  });

  testWithNsc('is shown by nsc with a line for each server', async () => {
    const { tree, service } = await startScene(2);
    const nsc = nscHome({ storesDir: join(tree.dir, '..') });
    const pushed = await nsc.run('push', '-a', 'A', '-u', `${service.url}/jwt/v1?wait=30s`);
    expect(pushed.code, pushed.stderr).toBe(0);
    expect(pushed.stdout).toMatch(
      /\[ OK \] pushed account jwt to the account server\n +> in effect on .*\n +> server-0: runs this token\n +> server-1: has not /,
    );
  });

  test('is answered when the service is stopped, and does not keep it', async () => {
    const tree = new OperatorTree(mintOperator(), ['SYS', 'A']);
    const nobody = ['--nats', 'nats://127.0.0.1:1', '--creds', credsFile(tree)];
    const service = await spawnApp(['--nsc', tree.dir, ...nobody]);
    const { key, jwt } = next(tree, 'A');
    const answer = fetch(`${service.url}/jwt/v1/accounts/${key}?wait=60s`, { method: 'POST', body: jwt });
    await expect.poll(() => service.account(key)).toBe(jwt);
    service.kill('SIGTERM');
    expect((await answer).status).toBe(202);
    expect(await (await answer).text()).toMatch(/^stored and served[;,]/);
    expect(await service.exit).toEqual({ code: 0, signal: null });
  });
});

describe('the API', () => {
  test('shows servers and accounts as they are', async () => {
    const { tree, service, servers } = await startScene();
    const fleet = await read(service, '/api/v1/fleet', FleetAnswer);
    expect(fleet).toMatchObject({
      configured: true,
      connected: true,
      effective: true,
      accounts: { effective: 3 },
    });
    expect(fleet.servers.map(({ name }) => name).sort()).toEqual(['server-0', 'server-1', 'server-2']);
    expect(new Set(fleet.servers.map(({ presence }) => presence))).toEqual(new Set(['present']));
    const row = await read(service, `/api/v1/fleet/accounts/${tree.get('A').key}`, FleetAccount);
    expect(row.servers.map(({ name, effect }) => [name, effect]).sort()).toEqual([
      ['server-0', 'current'],
      ['server-1', 'current'],
      ['server-2', 'not_loaded'],
    ]);
    const all = [...tree.accounts.values()].map(({ key }) => key).sort();
    const rows = await read(service, '/api/v1/fleet/accounts?limit=2', FleetAccountsAnswer);
    expect(rows.accounts.map(({ account }) => account)).toEqual(all.slice(0, 2));
    const { accounts } = await read(service, `/api/v1/accounts?after=${rows.next}`, AccountsAnswer);
    expect(accounts).toMatchObject([{ account: all[2], fleet: 'effective', state: 'valid' }]);
    expect(await running(servers, tree.get('A').key)).toContain(tree.get('A').jwt);
  });

  test('follows the directory', async () => {
    const tree = new OperatorTree(mintOperator(), ['SYS', 'A']);
    const service = await build('--nsc', tree.dir);
    const listed = async () => {
      const { accounts } = await read(service, '/api/v1/accounts', AccountsAnswer);
      return accounts.map(({ name }) => name).sort();
    };
    expect(await listed()).toEqual(['A', 'SYS']);
    tree.add('B');
    await expect.poll(listed).toEqual(['A', 'B', 'SYS']);
    tree.remove('A');
    await expect.poll(listed).toEqual(['B', 'SYS']);
  });

  test('needs the admin token where one is set; a new one counts after SIGHUP', async () => {
    const tree = new OperatorTree(mintOperator(), ['SYS']);
    const file = join(tempDir('nas-token-'), 'token');
    writeFileSync(file, 'first\n');
    const service = await spawnApp(['--nsc', tree.dir, '--admin-token-file', file]);
    const status = async (token?: string) => {
      const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
      return (await fetch(`${service.url}/api/v1/accounts`, { ...(headers && { headers }) })).status;
    };
    expect([await status(), await status('other'), await status('first')]).toEqual([401, 401, 200]);
    writeFileSync(file, 'second\n');
    service.kill('SIGHUP');
    await service.waitForLog(/"msg":"reloaded"/);
    expect([await status('first'), await status('second')]).toEqual([401, 200]);
    expect(service.log()).not.toMatch(/first|second|takes effect at the next start/);
  });

  test('is closed to all where others can reach it and no token is set', async () => {
    const tree = new OperatorTree(mintOperator(), ['SYS']);
    const service = await build('--nsc', tree.dir, '--listen', '0.0.0.0:0');
    expect((await read(service, '/api/v1/fleet', ApiError, 403)).error.code).toBe('admin.token_not_set');
  });
});
