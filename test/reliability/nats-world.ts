import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccount } from 'nkeys.js';
import { expect, vi } from 'vitest';
import { runningOn } from '../support/accountz.js';
import { LAST } from '../support/app.js';
import { type MintedOperator, mintCreds, mintOperator, nowSeconds } from '../support/mint.js';
import { type NatsServer, operatorConfig } from '../support/nats-server.js';
import { OperatorTree } from '../support/operator-tree.js';
import { tempDir } from '../support/temp.js';

/** An operator with a system account, its directory, and what nats-servers and the service need to know of it. */
export class NatsWorld {
  readonly operator: MintedOperator;
  readonly tree: OperatorTree;
  readonly systemCreds: string;
  #iat = nowSeconds() - 10_000;

  constructor(readonly names: readonly string[]) {
    const system = createAccount();
    this.operator = mintOperator({ systemAccount: system.getPublicKey() });
    this.tree = new OperatorTree(this.operator);
    const { jwt } = this.tree.add('SYS', { identity: system });
    this.systemCreds = join(tempDir(), 'sys.creds');
    writeFileSync(this.systemCreds, mintCreds({ identity: system, key: system.getPublicKey(), jwt }));
    for (const name of names) this.change(name);
  }

  /** Writes a newer token of an account into the directory. */
  change(name: string): void {
    this.#iat++;
    this.tree.add(name, { iat: this.#iat, nats: { description: `change ${this.#iat}` } });
  }

  /** Arguments of a service on this directory that delivers to a nats-server on that port. */
  args(...natsPorts: readonly number[]): string[] {
    const servers = natsPorts.map((port) => `nats://127.0.0.1:${port}`).join(',');
    const delivery = ['--nats', servers, '--creds', this.systemCreds, '--nats-reconnect-wait', '100ms'];
    return ['--nsc', this.tree.dir, ...delivery];
  }

  /** nats-server configuration: accounts are fetched from this service. */
  serverConfig(serviceUrl: string): string {
    return operatorConfig({
      operatorJwt: this.operator.jwt,
      systemAccount: this.tree.get('SYS').key,
      resolverUrl: `${serviceUrl}/jwt/v1/accounts/`,
    });
  }

  /** Creds of a user of an account. */
  creds(name: string): Buffer {
    return Buffer.from(mintCreds(this.tree.get(name)));
  }

  /** Resolves when these servers run the newest token of every account. */
  async effectiveOn(servers: readonly NatsServer[], timeoutMs = 30_000): Promise<void> {
    await soon(async () => {
      for (const name of this.names) {
        const { key, jwt } = this.tree.get(name);
        expect(await runningOn(servers, key), name).toEqual(servers.map(() => jwt));
      }
    }, timeoutMs);
  }
}

/** Waits until it is so; unless told, for as long as the busiest machine may take. */
export const soon = (expectation: () => Promise<void> | void, timeoutMs = 30_000): Promise<void> =>
  vi.waitFor(expectation, { timeout: timeoutMs, interval: 50 });

/** The values of a metric of a service, the series with these labels added up. */
export async function metric(url: string, name: string, labels = ''): Promise<number> {
  const text = await fetch(`${url}/metrics`, { headers: LAST }).then((answer) => answer.text());
  const series = text.matchAll(/^nats_account_server_(\w+)(?:\{(.*)\})? (\S+)$/gm);
  return [...series]
    .filter(([, found, has = '']) => found === name && has.includes(labels))
    .reduce((sum, [, , , value]) => sum + Number(value), 0);
}
