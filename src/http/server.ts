import type { ChangeListener } from '../accounts/ports.js';
import { AccountIndex } from './account-index.js';
import { AdminGate } from './admin-gate.js';
import type { Surroundings } from './app.js';
import { cors } from './cors.js';
import { frontDoor } from './front-door.js';
import { LateApp } from './late-app.js';
import { Listener } from './listener.js';
import { isLoopback } from './loopback.js';
import {
  DEFAULT_TIMEOUTS,
  type HttpOptions,
  type HttpPorts,
  type PushRights,
  type TlsMaterial,
} from './options.js';
import { probeDoor } from './probe.js';
import { PushGate } from './push-rights.js';
import type { Router } from './unread-request.js';
import { WaitingRequests } from './waiting.js';

/** The HTTP side of the service: an application and the sockets it is reached by. */
export class HttpServer {
  constructor(
    private readonly app: LateApp,
    private readonly listener: Listener,
    private readonly around: Surroundings,
    private readonly options: HttpOptions,
  ) {}

  /**
   * Starts to listen.
   * @throws ListenError when the address cannot be had or the certificates cannot be used
   */
  async listen(): Promise<void> {
    await this.listener.listen();
    this.app.buildSoon();
  }

  /** The port that is listened on. */
  get port(): number {
    return this.listener.port;
  }

  /** How a program on this machine reaches it: `http://localhost:9090`. */
  get url(): string {
    const { host, tls } = this.options;
    const everywhere = host === '0.0.0.0' || host === '::' || host === '';
    const shown = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return `${tls === undefined ? 'http' : 'https'}://${shown}:${this.port}`;
  }

  /**
   * Takes new certificates for new connections without dropping one.
   * @throws ListenError when certificate, key and authority do not work together; the old ones then stay in use
   */
  reloadTls(tls: TlsMaterial): void {
    this.listener.reloadTls(tls);
  }

  /** From the next request on, these decide who may push. */
  reloadPushRights(rights: PushRights): void {
    this.around.gate.reload(rights);
  }

  /** From the next request on, the API needs this token; undefined: none, see {@link HttpOptions.adminToken}. */
  reloadAdminToken(token: string | undefined): void {
    this.around.adminGate.reload(token);
  }

  /** Has to hear of every change of what is published, or lists go wrong. */
  get changes(): ChangeListener {
    return this.around.index;
  }

  /** Stops listening; answers what is under way first, at once what only waits. */
  async close(): Promise<void> {
    const closed = this.listener.close();
    this.around.waiting.endAll();
    await closed;
    await this.app.close();
  }
}

/** Builds the HTTP side; it does not listen yet. */
export function buildHttp(ports: HttpPorts, options: HttpOptions): HttpServer {
  const around: Surroundings = {
    gate: new PushGate(options.pushRights ?? { kind: 'none' }, options.tls?.clientCa !== undefined),
    adminGate: new AdminGate(options.adminToken, isLoopback(options.host)),
    origins: cors(options.corsOrigins ?? []),
    index: new AccountIndex(ports.accounts.published),
    waiting: new WaitingRequests(),
  };
  const late = new LateApp(async () => (await import('./app.js')).buildApp(ports, options, around));
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const router: Router = (request, response) => {
    if (late.app !== undefined) late.app.routing(request, response);
    else void late.built().then(() => answer(request, response, performance.now()));
  };
  const answer = frontDoor(ports, around.origins, probeDoor(ports, around.origins, router));
  return new HttpServer(late, new Listener(options, timeouts, answer, ports.log), around, options);
}
