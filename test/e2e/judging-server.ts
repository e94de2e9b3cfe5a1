import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { UpdateAnswer } from '../../src/fleet/ports.js';
import { accountzRequest, readAccountNames, readLoadedAnswer } from '../../src/nats/accountz.js';
import { PING_ACCOUNTZ_SUBJECT, updateSubject } from '../../src/nats/subjects.js';
import { readUpdateAnswer } from '../../src/nats/update-answer.js';
import { atEnd } from '../support/clean-up.js';
import {
  type Body,
  type MintedAccount,
  type MintedOperator,
  mintAccount,
  mintCreds,
} from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { type NatsServer, operatorConfig, startNatsServer } from '../support/nats-server.js';
import type { TokenSample } from '../support/token-samples.js';

const ANSWER_TIMEOUT_MS = 60_000;

/** How a server that has taken a token treats the account. Untold: it cannot say. */
export type AccountState = 'in force' | 'expired' | 'untold';

/** What a server made of a token. */
export type ServerVerdict =
  | { readonly accepts: true; readonly state: AccountState }
  | { readonly accepts: false; readonly reason: string };

/** A real nats-server that gets tokens in both ways in which account servers bring them. */
export interface JudgingServer {
  readonly version: string;
  /** Makes the server fetch the accounts, which it has not loaded; it is answered with the tokens as they stand. */
  fetch(samples: readonly TokenSample[]): Promise<ServerVerdict[]>;
  /** Sends the tokens as updates to accounts that it has loaded. */
  push(samples: readonly TokenSample[]): Promise<ServerVerdict[]>;
}

/** Starts a server that trusts the operator; it ends with the test. `known` are accounts that it can always fetch. */
export async function startJudgingServer(
  operator: MintedOperator,
  known: readonly MintedAccount[],
): Promise<JudgingServer> {
  const system = mintAccount(operator, { name: 'SYS' });
  const importer = mintAccount(operator, { name: 'importer' });
  const tokens = new Map([system, importer, ...known].map(({ key, jwt }) => [key, jwt]));
  const server = await startNatsServer({
    config: `${operatorConfig({
      operatorJwt: operator.jwt,
      systemAccount: system.key,
      resolverUrl: await serveTokens(tokens),
    })}max_payload: 4MB\n`,
  });
  // Once a user has connected the account is loaded: then it takes updates.
  await connectWith(server.url, Buffer.from(mintCreds(importer)));
  const connection = await connectWith(server.url, Buffer.from(mintCreds(system)));
  return new RealServer({ operator, importer, tokens, server, connection });
}

/** Answers `GET <url>/<account key>` with whatever the map holds, unchecked. */
async function serveTokens(tokens: ReadonlyMap<string, string>): Promise<string> {
  const http = createServer(({ url = '' }, response) => {
    const key = url.slice(1);
    const token = tokens.get(key);
    if (key !== '' && token === undefined) response.statusCode = 404;
    response.end(token);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  atEnd(() => {
    http.close();
    http.closeAllConnections();
  });
  // A listening TCP socket has an address and a port.
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

interface World {
  readonly operator: MintedOperator;
  /** Loaded, and may import whatever it likes. */
  readonly importer: MintedAccount;
  /** What the server is answered when it fetches. */
  readonly tokens: Map<string, string>;
  readonly server: NatsServer;
  readonly connection: NatsConnection;
}

class RealServer implements JudgingServer {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get version(): string {
    return this.#world.connection.info?.version ?? '';
  }

  async fetch(samples: readonly TokenSample[]): Promise<ServerVerdict[]> {
    for (const { accountKey, token } of samples) this.#world.tokens.set(accountKey, token);
    await this.#load(samples);
    const loaded = await this.#loadedAccounts();
    return Promise.all(
      samples.map(async (sample) => {
        if (loaded.has(sample.accountKey)) return { accepts: true, state: await this.#stateOf(sample) };
        return { accepts: false, reason: this.#fetchError(sample.accountKey) };
      }),
    );
  }

  async push(samples: readonly TokenSample[]): Promise<ServerVerdict[]> {
    await this.#simplify(samples);
    // Servers fetch again what has expired: from now on only updates count.
    for (const { accountKey } of samples) this.#world.tokens.delete(accountKey);
    return Promise.all(samples.map((sample) => this.#pushOne(sample)));
  }

  async #pushOne(sample: TokenSample): Promise<ServerVerdict> {
    const answer = await this.#update(sample.accountKey, sample.token);
    if (answer?.result === 'applied') return { accepts: true, state: await this.#stateOf(sample) };
    if (answer?.result === 'failed') return { accepts: false, reason: answer.text };
    throw new Error(`${sample.name}: the server did not judge it: ${answer?.text}`);
  }

  /** Sees to it that all of these accounts are loaded, with a token that has nothing special. */
  async #simplify(samples: readonly TokenSample[]): Promise<void> {
    const loaded = await this.#loadedAccounts();
    const here = samples.filter(({ accountKey }) => loaded.has(accountKey));
    await Promise.all(
      here.map(({ accountKey }) => this.#mustTake(accountKey, this.#simpleToken(accountKey))),
    );
    const missing = samples.filter(({ accountKey }) => !loaded.has(accountKey));
    for (const { accountKey } of missing) this.#world.tokens.set(accountKey, this.#simpleToken(accountKey));
    await this.#load(missing);
  }

  /** Lets an account import from all of them: the server then fetches those that it does not know, one by one. */
  async #load(samples: readonly TokenSample[]): Promise<void> {
    const imports = samples.map(({ accountKey }, index) => ({
      subject: `from${index}.x`,
      account: accountKey,
      type: 'stream',
    }));
    await this.#reissueImporter({ imports });
    // While it imports, every change of one of them makes the server look at all of them again.
    await this.#reissueImporter({});
  }

  #reissueImporter(nats: Body): Promise<void> {
    const { operator, importer } = this.#world;
    return this.#mustTake(importer.key, mintAccount(operator, { identity: importer.identity, nats }).jwt);
  }

  #simpleToken(accountKey: string): string {
    const { operator, importer } = this.#world;
    return mintAccount(operator, { identity: importer.identity, claims: { sub: accountKey } }).jwt;
  }

  async #mustTake(accountKey: string, token: string): Promise<void> {
    const answer = await this.#update(accountKey, token);
    if (answer?.result !== 'applied') throw new Error(`a simple token was not taken: ${answer?.text}`);
  }

  async #loadedAccounts(): Promise<ReadonlySet<string>> {
    return new Set(readAccountNames((await this.#request(PING_ACCOUNTZ_SUBJECT, '')).data));
  }

  async #update(accountKey: string, token: string): Promise<UpdateAnswer | undefined> {
    return readUpdateAnswer((await this.#request(updateSubject(accountKey), token)).data);
  }

  /** Makes sure that the server runs this very token. */
  async #stateOf({ name, accountKey, token }: TokenSample): Promise<AccountState> {
    const { data } = await this.#request(PING_ACCOUNTZ_SUBJECT, accountzRequest(accountKey));
    if (data.length === 0) return 'untold';
    const loaded = readLoadedAnswer(data)?.loaded;
    if (loaded?.kind !== 'loaded' || loaded.jwt !== token) {
      throw new Error(`the server does not run the token it took: ${name}`);
    }
    return loaded.expired ? 'expired' : 'in force';
  }

  #request(subject: string, payload: string): Promise<Msg> {
    return this.#world.connection.request(subject, payload, { timeout: ANSWER_TIMEOUT_MS });
  }

  /** The server logs why an account from which another imports could not be loaded. */
  #fetchError(accountKey: string): string {
    const logged = new RegExp(`locate account \\[${accountKey}\\].*\\(err=(.*)\\)`).exec(
      this.#world.server.log(),
    );
    return logged?.[1] ?? 'not loaded';
  }
}
