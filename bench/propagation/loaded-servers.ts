import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from '../../test/support/clean-up.js';
import { type MintedAccount, mintAccount, mintCreds, mintOperator } from '../../test/support/mint.js';
import { connectWith } from '../../test/support/nats-client.js';
import { type NatsServer, operatorConfig, startCluster } from '../../test/support/nats-server.js';
import { accountToken, randomAccountKey } from '../accounts/token.js';

/** A server fetches the accounts that another imports from one by one, while the client that needs it waits. */
const IMPORTS_EACH = 100;

/** nats-servers that have loaded many accounts. */
export interface LoadedServers {
  readonly servers: readonly NatsServer[];
  /** Everything that is loaded, by account key. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Creds of a user of the system account. */
  readonly systemCreds: string;
}

/** Starts servers and makes each load so many accounts: as exporters, since a client for each would be too many. */
export async function startLoadedServers(servers: number, accounts: number): Promise<LoadedServers> {
  const operator = mintOperator();
  const system = mintAccount(operator, { name: 'SYS' });
  const tokens = new Map([[system.key, system.jwt]]);
  const importers: MintedAccount[] = [];
  for (let made = 0; made < accounts; made += IMPORTS_EACH) {
    const keys = Array.from({ length: IMPORTS_EACH }, randomAccountKey);
    for (const [index, key] of keys.entries())
      tokens.set(key, accountToken(operator, key, `account-${made + index}`));
    const imports = keys.map((account, index) => ({
      name: `orders of ${index}`,
      subject: 'orders.>',
      local_subject: `from.${index}.>`,
      account,
      type: 'stream',
    }));
    const importer = mintAccount(operator, { name: `importer-${made}`, nats: { imports } });
    tokens.set(importer.key, importer.jwt);
    importers.push(importer);
  }
  const config = operatorConfig({
    operatorJwt: operator.jwt,
    systemAccount: system.key,
    resolverUrl: await serve(tokens),
  });
  const started = await startCluster(servers, `${config}authorization { timeout: 30 }\n`);
  for (const importer of importers) {
    const creds = Buffer.from(mintCreds(importer));
    await Promise.all(started.map(({ url }) => connectWith(url, creds)));
  }
  return { servers: started, tokens, systemCreds: mintCreds(system) };
}

/** Answers `GET <url><account key>`. */
async function serve(tokens: ReadonlyMap<string, string>): Promise<string> {
  const http = createServer(({ url = '' }, response) => {
    const token = tokens.get(url.slice(1));
    if (token === undefined && url !== '/') response.statusCode = 404;
    response.end(token);
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  atEnd(() => {
    http.close();
    http.closeAllConnections();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}
