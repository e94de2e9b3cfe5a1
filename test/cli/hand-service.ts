import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FleetAccount, FleetAnswer } from '../../src/http/routes/api/schemas.js';
import { atEnd } from '../support/clean-up.js';
import { freePort } from '../support/free-ports.js';
import { NOW_MS } from './fleet-answers.js';

/** An HTTP server on a free port; it ends with the test. @returns its address */
export async function httpServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  port?: number,
): Promise<{ readonly url: string; readonly port: number; close(): Promise<void> }> {
  const server = createServer(answer).listen(port ?? (await freePort()), '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  atEnd(close);
  // A server that listens on TCP has such an address.
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, close };
}

/** What a {@link HandService} tells, to be changed at will. */
export interface HandFed {
  fleet: FleetAnswer;
  rows: readonly FleetAccount[];
}

/**
 * A service whose answers a test gives by hand: states of a fleet that take minutes, or hundreds of servers, to come
 * about in reality. Every request is kept, as path and query.
 */
export class HandService {
  readonly requests: string[] = [];

  constructor(readonly fed: HandFed) {}

  /** Serves it on a port; 0: any. */
  listen(port = 0): ReturnType<typeof httpServer> {
    return httpServer((request, response) => this.#answer(request.url ?? '', response), port);
  }

  #answer(path: string, response: ServerResponse): void {
    this.requests.push(path);
    const { pathname, searchParams } = new URL(path, 'http://x');
    const key = /^\/api\/v1\/fleet\/accounts\/(\w+)$/.exec(pathname)?.[1];
    const row = this.fed.rows.find(({ account }) => account === key);
    if (pathname === '/api/v1/fleet') send(response, this.fed.fleet);
    else if (row !== undefined) send(response, row);
    else if (/^\/api\/v1\/(fleet\/)?accounts$/.test(pathname)) send(response, this.#page(searchParams));
    else send(response, { error: { code: 'account.unknown', message: 'no such account' } }, 404);
  }

  #page(query: URLSearchParams): object {
    const states = query.get('state')?.split(',');
    const after = query.get('after') ?? '';
    const limit = Number(query.get('limit'));
    const all = this.fed.rows
      .filter(({ state }) => states?.includes(state) ?? true)
      .toSorted((a, b) => (a.account < b.account ? -1 : 1));
    const later = all.filter(({ account }) => account > after);
    const accounts = later.slice(0, limit);
    const next = later.length > limit ? (accounts.at(-1)?.account ?? null) : null;
    return { accounts, next, total: all.length };
  }
}

function send(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json', Date: new Date(NOW_MS).toUTCString() });
  response.end(`${JSON.stringify(value)}\n`);
}
