import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PublishedText } from '../../src/fleet/ports.js';
import { atEnd } from '../support/clean-up.js';
import { type Body, type MintedAccount, mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { type NatsServer, operatorConfig, startCluster, startNatsServer } from '../support/nats-server.js';

/** What least-privilege users need, by function. */
export const UPDATE = {
  pub: ['$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE'],
  sub: ['_INBOX_as.>'],
};
export const VERIFY = {
  pub: ['$SYS.REQ.SERVER.PING', '$SYS.REQ.SERVER.PING.ACCOUNTZ', '$SYS.REQ.SERVER.*.ACCOUNTZ'],
  sub: ['_INBOX_as.>'],
};
export const FOLLOW = {
  pub: [],
  sub: ['$SYS.SERVER.*.STATSZ', '$SYS.SERVER.*.SHUTDOWN', '$SYS.SERVER.*.LAMEDUCK'],
};
export const FOLLOW_UPDATES = {
  pub: [],
  sub: ['$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', '$SYS.ACCOUNT.*.CLAIMS.UPDATE'],
};

/** An operator with a system account, and an HTTP resolver that serves what is published. */
export class World {
  readonly operator = mintOperator({ signingKeys: 1 });
  readonly system = mintAccount(this.operator, { name: 'SYS' });
  /** What the resolver serves and the fleet delivers, by account key. */
  readonly published = new Map<string, PublishedText & { lastServedAtMs: number }>();
  /** Holds the answer to the next fetch of an account back until it resolves; the text is that of the request's time. */
  readonly heldBack = new Map<string, Promise<void>>();
  #resolver: Server | undefined;

  constructor() {
    this.publish(this.system);
  }

  /** Makes a version of an account, `mark` telling versions apart, and publishes it. */
  account(name: string, base?: MintedAccount, nats: Body = {}): MintedAccount {
    this.#versions++;
    const description = `version ${this.#versions}`;
    const account = mintAccount(this.operator, {
      name,
      ...(base && { identity: base.identity }),
      nats: { description, ...nats },
    });
    this.publish(account);
    return account;
  }

  #versions = 0;

  publish(account: MintedAccount, exporters: string[] = []): void {
    const lastServedAtMs = this.published.get(account.key)?.lastServedAtMs ?? 0;
    const issuedAtSeconds = Math.floor(Date.now() / 1000);
    this.published.set(account.key, { text: account.jwt, exporters, issuedAtSeconds, lastServedAtMs });
  }

  /** For the fleet. */
  get(accountKey: string): PublishedText | undefined {
    return this.published.get(accountKey);
  }

  get size(): number {
    return this.published.size;
  }

  keys(): Iterable<string> {
    return this.published.keys();
  }

  creds(permissions: readonly { readonly pub: string[]; readonly sub: string[] }[] = []): string {
    if (permissions.length === 0) return mintCreds(this.system, 'admin');
    const pub = { allow: permissions.flatMap(({ pub }) => pub) };
    const sub = { allow: [...new Set(permissions.flatMap(({ sub }) => sub))] };
    return mintCreds(this.system, 'restricted', { pub, sub });
  }

  /** One server that asks this resolver. */
  async server(extra = ''): Promise<NatsServer> {
    return startNatsServer({ config: `${await this.config()}\n${extra}` });
  }

  /** Servers that tell clients nothing of each other, so that a cut connection stays cut. */
  async cluster(size: number): Promise<NatsServer[]> {
    return startCluster(size, `${await this.config()}\nclient_advertise: "127.0.0.1:1"`);
  }

  async config(): Promise<string> {
    return operatorConfig({
      operatorJwt: this.operator.jwt,
      systemAccount: this.system.key,
      resolverUrl: await this.resolverUrl(),
    });
  }

  async resolverUrl(): Promise<string> {
    this.#resolver ??= await this.#listen();
    return `http://127.0.0.1:${(this.#resolver.address() as AddressInfo).port}/jwt/v1/accounts/`;
  }

  async #listen(): Promise<Server> {
    const server = createServer((request, response) => {
      const key = request.url?.split('/').pop() ?? '';
      const published = this.published.get(key);
      const answer = (): void => {
        response.writeHead(key === '' ? 200 : published === undefined ? 404 : 200);
        response.end(published?.text);
      };
      if (published === undefined) return answer();
      published.lastServedAtMs = Date.now();
      const { text } = published;
      const held = this.heldBack.get(key);
      if (held === undefined) return answer();
      void held.then(() => response.end(text));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atEnd(() => {
      server.closeAllConnections();
      server.close();
    });
    return server;
  }
}
