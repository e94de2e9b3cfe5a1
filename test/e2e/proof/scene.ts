import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect } from 'vitest';
import { loadedAccount, runningOn } from '../../support/accountz.js';
import { build, type TestApp } from '../../support/app.js';
import { mintCreds, mintOperator } from '../../support/mint.js';
import { connectWith } from '../../support/nats-client.js';
import { type NatsServer, operatorConfig } from '../../support/nats-server.js';
import { type NscHome, nscHome } from '../../support/nsc.js';
import { type NscFixture, nscFixture } from '../../support/nsc-fixture.js';
import { OperatorTree } from '../../support/operator-tree.js';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.js';
import { tempDir } from '../../support/temp.js';
import { get, lines, soon } from '../observing.js';

/**
 * How long a change may take to be effective on a server that has come back: 2 s where nothing else runs, and in any case less
 * than until the next comparison of everything (60 s).
 */
export const RETURN_MS = 25_000;

/** An operator whose accounts a service serves and delivers to three nats-servers, and the way between them. */
export interface Scene {
  readonly service: TestApp;
  readonly servers: readonly NatsServer[];
  /** From the service to the first server: cut it, and NATS is away for the service. */
  readonly way: TcpProxy;
}

/** What the service and the servers are made of. */
export interface SceneParts {
  /** `--nsc DIR` or the like. */
  readonly source: readonly string[];
  readonly operatorJwt: string;
  readonly systemAccount: string;
  readonly systemCredsFile: string;
  /** Where the servers fetch accounts, given the service's own address; that itself unless told. */
  readonly resolver?: (serviceUrl: string) => Promise<string>;
  /** More of the service's command line. */
  readonly args?: readonly string[];
}

/** Starts the servers with this configuration; clients and the service are told of no other server. */
export type StartServers = (config: string) => Promise<readonly NatsServer[]>;

/** Starts service and servers; resolves when the service has found all of these. */
export async function startScene(parts: SceneParts, startServers: StartServers): Promise<Scene> {
  let servers: readonly NatsServer[] = [];
  const way = await tcpProxy(() => servers[0]?.port ?? 0);
  const service = await build(
    ...[...parts.source, '--nats', `nats://127.0.0.1:${way.port}`, '--creds', parts.systemCredsFile],
    ...['--nats-reconnect-wait', '50ms', ...(parts.args ?? [])],
  );
  const resolver = parts.resolver ?? (async (url: string) => url);
  const { operatorJwt, systemAccount } = parts;
  const resolverUrl = `${await resolver(service.url)}/jwt/v1/accounts/`;
  servers = await startServers(operatorConfig({ operatorJwt, systemAccount, resolverUrl }));
  await soon(() => expect(lines(service, /^server found$/)).toHaveLength(servers.length));
  return { service, servers, way };
}

/** The system account of the fixture `basic`. */
export const SYSTEM_ACCOUNT = 'AC2UG7KLCHRXGT7NYLJV7LUID2DPZV5IG2DWUT2OGUO7QT2DHJEMNCCW';

/** The scene of an operator that real nsc made, with real nsc to change it. */
export interface NscScene extends Scene {
  readonly fixture: NscFixture;
  readonly nsc: NscHome;
  /** Key of the account A, whose users are alice and amy. */
  readonly accountKey: string;
}

/** Starts the scene of the fixture `basic`. */
export async function startNscScene(startServers: StartServers): Promise<NscScene> {
  const fixture = nscFixture('basic', 'acme');
  const parts = {
    source: ['--nsc', fixture.operatorDir],
    operatorJwt: fixture.operatorJwtFile,
    systemAccount: SYSTEM_ACCOUNT,
    systemCredsFile: fixture.credsFile('SYS', 'sys'),
  };
  return {
    ...(await startScene(parts, startServers)),
    fixture,
    nsc: nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir }),
    accountKey: subjectOf(readFileSync(fixture.accountFile('A'), 'utf8')),
  };
}

/** One client of a user on each server. */
export function connectToAll(
  servers: readonly NatsServer[],
  creds: string | Uint8Array,
): Promise<NatsConnection[]> {
  return Promise.all(servers.map((server) => connectWith(server.url, creds)));
}

/** Resolves when all these servers run this token. */
export async function effectiveOn(
  servers: readonly NatsServer[],
  accountKey: string,
  jwt: string,
  withinMs = RETURN_MS,
): Promise<void> {
  await soon(
    async () => expect(await runningOn(servers, accountKey)).toEqual(servers.map(() => jwt)),
    withinMs,
  );
}

/** Resolves when the service's own grid says so of all servers. */
export async function expectEffectiveInGrid({ service, servers }: Scene, accountKey: string): Promise<void> {
  const path = `/api/v1/fleet/accounts/${accountKey}?wait=30s`;
  const [status, row] = await get(service, path);
  expect([status, JSON.parse(row)]).toMatchObject([200, { account: accountKey, state: 'effective' }]);
  const { servers: cells } = JSON.parse(row) as { servers: { name: string; effect: string }[] };
  expect(new Map(cells.map(({ name, effect }) => [name, effect]))).toEqual(
    new Map(servers.map(({ choices }) => [choices.name, 'current'])),
  );
}

/** Resolves when all imports of an account are resolved on all these servers. */
export async function completeOn(
  servers: readonly NatsServer[],
  accountKey: string,
  withinMs = RETURN_MS,
): Promise<void> {
  const states = () => Promise.all(servers.map((server) => loadedAccount(server, accountKey)));
  await soon(
    async () => expect(await states()).toMatchObject(servers.map(() => ({ complete: true }))),
    withinMs,
  );
}

/** The user is refused by each of these servers. */
export async function expectRefused(servers: readonly NatsServer[], creds: string): Promise<void> {
  for (const { url } of servers) await expect(connectWith(url, creds)).rejects.toThrow(/authorization/i);
}

/** The key of the account that a token is about. */
export function subjectOf(jwt: string): string {
  const [, payload = ''] = jwt.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub;
}

/** The scene of an operator made in code, in an nsc directory that tests write as nsc does. */
export interface TreeScene extends Scene {
  readonly tree: OperatorTree;
  /** Creds of a user of the system account. */
  readonly systemCreds: Buffer;
}

/** Starts the scene of accounts that `fill` makes in the directory beforehand. */
export async function startTreeScene(
  startServers: StartServers,
  fill: (tree: OperatorTree) => void,
  more: Pick<SceneParts, 'resolver' | 'args'> = {},
): Promise<TreeScene> {
  const tree = new OperatorTree(mintOperator());
  const system = tree.add('SYS');
  fill(tree);
  const systemCredsFile = join(tempDir('nas-creds-'), 'sys.creds');
  writeFileSync(systemCredsFile, mintCreds(system, 'sys'));
  const parts = {
    source: ['--nsc', tree.dir],
    operatorJwt: tree.operator.jwt,
    systemAccount: system.key,
    systemCredsFile,
    ...more,
  };
  return { ...(await startScene(parts, startServers)), tree, systemCreds: readFileSync(systemCredsFile) };
}
