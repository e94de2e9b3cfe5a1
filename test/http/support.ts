import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { connect, type Socket } from 'node:net';
import type { HttpOptions, HttpPorts } from '../../src/http/options.js';
import { buildHttp, type HttpServer } from '../../src/http/server.js';
import { type AccountsBench, buildAccounts } from '../support/accounts.js';
import { atEnd } from '../support/clean-up.js';
import { type MintedAccount, type MintedOperator, mintAccount } from '../support/mint.js';
import { HandFleet } from './hand-fleet.js';

export interface HttpBench extends AccountsBench {
  readonly server: HttpServer;
  readonly url: string;
  /** Keys for which a notice was asked. */
  readonly notices: string[];
  /** What the meter counted: `GET /healthz 200`. */
  readonly counted: string[];
  ask(path: string, question?: Question): Promise<Answer>;
  /** Puts an account of the bench's operator in force, as a directory would. */
  publish(choices?: Parameters<typeof mintAccount>[1]): MintedAccount;
}

export interface Question {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The HTTP side over real accounts, listening on a free port of 127.0.0.1. */
export async function serve(
  options: Partial<HttpOptions> = {},
  ports: Partial<HttpPorts> = {},
  operator?: MintedOperator,
): Promise<HttpBench> {
  const bench = await buildAccounts(operator);
  const notices: string[] = [];
  const counted: string[] = [];
  const server = await buildHttp(
    {
      accounts: bench.accounts,
      clock: bench.clock,
      log: bench.log,
      meter: { request: (route, method, status) => counted.push(`${method} ${route} ${status}`) },
      notify: (accountKey) => notices.push(accountKey),
      metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
      ...ports,
    },
    { host: '127.0.0.1', port: 0, ...options },
  );
  bench.accounts.listen(server.changes);
  await server.listen();
  atEnd(() => server.close());
  return {
    ...bench,
    server,
    url: server.url,
    notices,
    counted,
    ask: (path, question) => ask(server.url, path, question),
    publish: (choices) => {
      const account = mintAccount(bench.operator, choices);
      bench.store.put(account.key, account.jwt);
      return account;
    },
  };
}

/** The same with a fleet whose state and whose waiting the test decides. */
export async function serveFleet(
  options: Partial<HttpOptions> = {},
): Promise<HttpBench & { fleet: HandFleet }> {
  // The fleet is a part of what is being built, and looks into the accounts later.
  const built: { bench?: HttpBench } = {};
  const fleet = new HandFleet(() => built.bench?.accounts.published ?? new Map());
  built.bench = await serve(options, { fleet });
  return { ...built.bench, fleet };
}

/** What was logged as an error, as it was thrown. */
export function loggedErrors({ log }: HttpBench): unknown[] {
  return log.lines.filter(({ level }) => level === 'error').map(({ facts }) => facts.err);
}

/** Asks on a connection of its own; the path goes out as it is, unlike with `fetch`. */
export async function ask(
  base: string,
  path: string,
  question: Question = {},
  tls: https.RequestOptions = {},
): Promise<Answer> {
  const { hostname, port, protocol } = new URL(base);
  const { method = 'GET', headers = {}, body } = question;
  const secure = protocol === 'https:';
  const about = { hostname, port, method, path, headers, agent: false as const, ...tls };
  const request = secure ? https.request(about) : http.request(about);
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

/** POSTs a token to the path of its own subject, or of another. */
export function push(
  bench: HttpBench,
  account: { key: string; jwt: string | Buffer },
  more: Partial<Question> = {},
) {
  return bench.ask(`/jwt/v1/accounts/${account.key}`, { method: 'POST', body: account.jwt, ...more });
}

/** A socket on which a test writes what it wants. */
export class RawConnection {
  #received = '';
  readonly #ended: Promise<unknown>;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text) => {
      this.#received += text;
    });
    socket.on('error', () => undefined);
    this.#ended = once(socket, 'close');
  }

  static async open(base: string): Promise<RawConnection> {
    const { hostname, port } = new URL(base);
    const socket = connect({ host: hostname, port: Number(port) });
    atEnd(() => void socket.destroy());
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  write(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Waits until what was received so far matches. */
  async receives(pattern: Pick<RegExp, 'test'>): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.socket.closed) throw new Error(`closed after: ${this.#received}`);
      await Promise.race([once(this.socket, 'data'), this.#ended]);
    }
    return this.#received;
  }

  /** Waits until the other side has closed, and answers all that was received. */
  async closed(): Promise<string> {
    await this.#ended;
    return this.#received;
  }
}
