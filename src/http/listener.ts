import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import http, { type Server, type ServerOptions } from 'node:http';
import https, { type Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Log } from '../accounts/ports.js';
import { answerClientError } from './client-error.js';
import { Connections } from './connections.js';
import type { Answer } from './front-door.js';
import { listenError } from './listen-error.js';
import type { HttpOptions, HttpTimeouts, TlsMaterial } from './options.js';
import { secureContext, secureOptions, withAuthorityAsBefore } from './tls.js';
import { type Router, UnreadRequest } from './unread-request.js';

/** How often node looks for requests that take too long; its default of 30 s would make the limits meaningless. */
const CHECK_INTERVAL_MS = 500;
const SWEEP_INTERVAL_MS = 50;
/** How often idle connections are looked for within the time that they are kept. */
const IDLE_LOOKS = 32;

/** The sockets: opens them on every address of the host, sets their limits, closes them without breaking a request. */
export class Listener {
  readonly #connections = new Connections();
  /** TCP connections, those in a TLS handshake included. */
  readonly #raw = new Connections();
  readonly #servers: (Server | SecureServer)[] = [];
  #closing = false;
  readonly #checks: NodeJS.Timeout[] = [];
  #tls: TlsMaterial | undefined;

  constructor(
    private readonly options: HttpOptions,
    private readonly timeouts: HttpTimeouts,
    private readonly answer: Answer,
    private readonly log: Log,
    private readonly addressesOf: (host: string) => Promise<readonly string[]> = loopbackAddresses,
  ) {
    this.#tls = options.tls;
  }

  /**
   * Starts to listen.
   * @throws ListenError when the address cannot be had, or the certificates cannot be used
   */
  async listen(): Promise<void> {
    const [first, ...others] = await this.addressesOf(this.options.host);
    const port = await this.#open(first ?? this.options.host, this.options.port);
    for (const host of others) await this.#openToo(host, port);
    const { stallMs, keepAliveMs } = this.timeouts;
    const idleLookMs = keepAliveMs / IDLE_LOOKS;
    // The last use may have been over for as long as it takes to the next look.
    this.#every(idleLookMs, () => this.#connections.closeIdle(keepAliveMs + idleLookMs));
    this.#every(stallMs / 4, () => this.#connections.closeStalled(stallMs));
  }

  #every(intervalMs: number, look: () => void): void {
    this.#checks.push(setInterval(look, intervalMs).unref());
  }

  /** The port that is listened on, which differs from the option when that is 0. */
  get port(): number {
    const address = this.#servers[0]?.address();
    return isAddressInfo(address) ? address.port : this.options.port;
  }

  /**
   * Takes new certificates for new connections; a connection that is there keeps its own. Whether there is TLS, and
   * whether clients are asked for a certificate, stays as it was at the start.
   * @throws ListenError when they do not work together; the old ones then stay
   */
  reloadTls(tls: TlsMaterial): void {
    if (this.#tls === undefined) return;
    const next = withAuthorityAsBefore(this.#tls, tls);
    const context = secureContext(next);
    this.#tls = next;
    for (const server of this.#servers) {
      if (server instanceof https.Server) server.setSecureContext(context);
    }
  }

  /**
   * Takes no new connections, answers what is under way (with `Connection: close`), closes what is idle. Connections
   * used a moment ago count as under way: their next request may already be on the wire. Ends within `drainMs`.
   */
  async close(): Promise<void> {
    this.#closing = true;
    this.#connections.announceEnd();
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    const sweep = setInterval(() => this.#connections.closeIdle(this.timeouts.lingerMs), SWEEP_INTERVAL_MS);
    const deadline = setTimeout(() => this.#cutOff(), this.timeouts.drainMs);
    await Promise.all(closed);
    clearInterval(sweep);
    for (const check of this.#checks) clearInterval(check);
    clearTimeout(deadline);
  }

  #cutOff(): void {
    this.log.warn({ drainMs: this.timeouts.drainMs }, 'requests that did not end in time are cut off');
    this.#connections.closeAll();
    this.#raw.closeAll();
  }

  async #open(host: string, port: number): Promise<number> {
    const server = this.#createServer();
    try {
      server.listen({ host, port });
      await once(server, 'listening');
    } catch (error) {
      throw listenError(host, port, error);
    }
    this.#servers.push(server);
    return this.port;
  }

  /** A machine without IPv6 still has a name for its loopback address. */
  async #openToo(host: string, port: number): Promise<void> {
    try {
      await this.#open(host, port);
    } catch (error) {
      const portWasFree = this.options.port === 0;
      if (!portWasFree && isInUse(error)) {
        await this.close();
        throw error;
      }
      this.log.debug({ host, port, err: error }, 'a further address of localhost is not listened on');
    }
  }

  #createServer(): Server | SecureServer {
    const tls = this.#tls;
    const limits: ServerOptions<typeof UnreadRequest> = {
      IncomingMessage: UnreadRequest,
      keepAliveTimeout: this.timeouts.keepAliveMs,
      headersTimeout: this.timeouts.headersMs,
      requestTimeout: this.timeouts.requestMs,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    };
    const listener: Router = (request, response) => {
      const startedMs = performance.now();
      this.#connections.used(request, response, startedMs);
      if (this.#closing) response.shouldKeepAlive = false;
      this.answer(request, response, startedMs);
    };
    const server =
      tls === undefined
        ? http.createServer(limits, listener)
        : https.createServer({ ...limits, ...secureOptions(tls) }, listener);
    this.#watch(server, tls === undefined ? 'connection' : 'secureConnection');
    return server;
  }

  #watch(server: Server | SecureServer, connected: 'connection' | 'secureConnection'): void {
    server.on(connected, (socket) => {
      this.#connections.opened(socket);
      socket.setTimeout = noTimer;
    });
    if (connected === 'secureConnection') server.on('connection', (socket) => this.#raw.opened(socket));
    server.on('clientError', (error, socket) => {
      answerClientError(error, socket, this.#connections.isAnswering(socket));
    });
    // Called by close(): node would cut connections whose next request is just arriving.
    server.closeIdleConnections = () => this.#connections.closeIdle(this.timeouts.lingerMs);
  }
}

/** `localhost` is every loopback address, since a client may try either first; other hosts stand for themselves. */
async function loopbackAddresses(host: string): Promise<readonly string[]> {
  if (host !== 'localhost') return [host];
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.length === 0 ? [host] : [...new Set(found.map(({ address }) => address))];
}

function isAddressInfo(address: AddressInfo | string | null | undefined): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

/** Node would set and clear a timer for each request; it does all that timer did to look at them now and then. */
function noTimer(this: Socket): Socket {
  return this;
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'listen.address_in_use';
}
