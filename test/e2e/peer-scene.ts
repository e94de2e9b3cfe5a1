import { readFileSync } from 'node:fs';
import { build, type TestApp } from '../support/app.js';
import { type NatsServer, operatorConfig, startCluster } from '../support/nats-server.js';
import { nscFixture } from '../support/nsc-fixture.js';
import { lines, soon } from './observing.js';

/** An operator directory, and who in it may speak with nats-servers. */
export interface Site {
  readonly operatorDir: string;
  readonly operatorJwtFile: string;
  readonly systemAccount: string;
  readonly credsFile: string;
  accountFile(account: string): string;
  /** A copy of nsc's directories, for an nsc beside the service. */
  readonly nscDirs: { readonly storesDir: string; readonly keysDir: string };
}

/** A copy of the fixture `basic`. */
export function basicSite(): Site {
  const fixture = nscFixture('basic', 'acme');
  const { operatorDir, operatorJwtFile, storesDir, keysDir } = fixture;
  return {
    ...{ operatorDir, operatorJwtFile, nscDirs: { storesDir, keysDir } },
    systemAccount: 'AC2UG7KLCHRXGT7NYLJV7LUID2DPZV5IG2DWUT2OGUO7QT2DHJEMNCCW',
    credsFile: fixture.credsFile('SYS', 'sys'),
    accountFile: (account) => fixture.accountFile(account),
  };
}

/** An account server with a store of its own. */
export interface Peer {
  readonly site: Site;
  readonly service: TestApp;
}

/** nats-servers with a URL resolver, and account servers that are connected to them. */
export interface PeerScene {
  readonly servers: readonly [NatsServer, ...NatsServer[]];
  /** The first is the one that the servers fetch from. Each is connected to another server, as far as there are enough. */
  readonly peers: readonly [Peer, ...Peer[]];
}

/** Starts three servers and an account server for each site; resolves when all of those answer over NATS. */
export async function peerScene(
  sites: readonly [Site, ...Site[]],
  args: (index: number) => readonly string[] = () => [],
): Promise<PeerScene> {
  const [first, ...others] = sites;
  // nats-server does not start without its resolver, and the service is told of servers that have started.
  const resolver = await build('--nsc', first.operatorDir);
  const servers = await startCluster(3, urlResolver(first, resolver.url), { advertise: false });
  await resolver.close();
  const serve = (site: Site, index: number, ...more: string[]): Promise<Peer> =>
    servePeer(site, servers[index % servers.length], ...more, ...args(index));
  const main = await serve(first, 0, '--listen', new URL(resolver.url).host);
  const peers = await Promise.all(others.map((site, index) => serve(site, index + 1)));
  const [server, ...rest] = servers;
  if (server === undefined) throw new Error('no server');
  return { servers: [server, ...rest], peers: [main, ...peers] };
}

/** An account server for a directory, connected to a server; resolves when it answers over NATS. */
export async function servePeer(
  site: Site,
  server: NatsServer | undefined,
  ...args: string[]
): Promise<Peer> {
  const nats = ['--nats', server?.url ?? '', '--creds', site.credsFile];
  const service = await build('--nsc', site.operatorDir, ...nats, ...args);
  await soon(() => {
    if (lines(service, /resolver peer/).length === 0) throw new Error('the resolver peer says nothing');
  });
  return { site, service };
}

/** The configuration of a server that asks the account server at that URL. */
const urlResolver = ({ operatorJwtFile, systemAccount }: Site, url: string): string =>
  operatorConfig({
    operatorJwt: operatorJwtFile,
    systemAccount,
    resolverUrl: `${url}/jwt/v1/accounts/`,
  });

/** The configuration of a server that needs no account server. */
export const memoryResolver = ({ operatorJwtFile, systemAccount, accountFile }: Site): string =>
  operatorConfig({
    operatorJwt: operatorJwtFile,
    systemAccount,
    preload: { [systemAccount]: readFileSync(accountFile('SYS'), 'utf8') },
  });
