import { STATUS_CODES } from 'node:http';
import Fastify, { type FastifyReply } from 'fastify';
import type { AccountIndex } from './account-index.js';
import type { AdminGate } from './admin-gate.js';
import { limitRest } from './body.js';
import { type Cors, registerCors } from './cors.js';
import { INTERNAL_ERROR, PAGE_NOT_FOUND, sendError } from './errors.js';
import { knowAllMethods } from './methods.js';
import {
  DEFAULT_BODY_LIMIT_BYTES,
  DEFAULT_MAX_PACK,
  DEFAULT_PUSHES_PER_ADDRESS,
  DEFAULT_TIMEOUTS,
  type HttpOptions,
  type HttpPorts,
} from './options.js';
import type { PushGate } from './push-rights.js';
import { PushWaiting } from './push-waiting.js';
import { PushesUnderWay } from './pushes-under-way.js';
import { type App, parseQuery } from './requests.js';
import { registerAccountReading, registerProbe } from './routes/accounts.js';
import { registerApi } from './routes/api/api.js';
import { registerHealth } from './routes/health.js';
import { registerHelp } from './routes/help.js';
import { registerOperator } from './routes/operator.js';
import { registerPack } from './routes/pack.js';
import { registerPush } from './routes/push.js';
import { UnwatchedFleet } from './unwatched-fleet.js';
import type { WaitingRequests } from './waiting.js';

/** Node's own limit for a request's headers, so that no key is too long to be answered with a plain 404. */
const LONGEST_PATH_PART = 16_384;

/** What the application shares with what stands around it. */
export interface Surroundings {
  /** Who may push. */
  readonly gate: PushGate;
  /** Who may use the API. */
  readonly adminGate: AdminGate;
  readonly origins: Cors;
  readonly index: AccountIndex;
  readonly waiting: WaitingRequests;
}

/** Builds the application: every route, no socket. */
export async function buildApp(
  ports: HttpPorts,
  options: HttpOptions,
  surroundings: Surroundings,
): Promise<App> {
  const app = Fastify({
    logger: false,
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      maxParamLength: LONGEST_PATH_PART,
      querystringParser: parseQuery,
    },
    frameworkErrors: (error, _request, reply) => sendUnforeseen(ports, reply, error),
    // Without these it loads compilers at once, which takes longer than loading all the rest of it.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });
  knowAllMethods(app);
  registerCors(app, surroundings.origins);
  countRequests(app, ports, surroundings.waiting);
  leaveBodiesAlone(app, options.timeouts?.restMs ?? DEFAULT_TIMEOUTS.restMs);
  app.setNotFoundHandler((_request, reply) => sendError(reply, PAGE_NOT_FOUND));
  app.setErrorHandler((error, _request, reply) => sendUnforeseen(ports, reply, error));
  registerRoutes(app, ports, options, surroundings);
  await app.ready();
  return app;
}

/** No route has a schema: what routes read are texts, see `requests.ts`. */
function noSchemas(): never {
  throw new Error('a route has a schema, but nothing is here that could compile it');
}

function registerRoutes(app: App, ports: HttpPorts, options: HttpOptions, around: Surroundings): void {
  const { gate, adminGate, index, waiting } = around;
  const { accounts } = ports;
  const fleet = {
    report: ports.fleet ?? new UnwatchedFleet(accounts.published, index),
    configured: ports.fleet !== undefined,
  };
  const bodyLimitBytes = options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
  registerProbe(app, ports);
  registerAccountReading(app, { ports, gate });
  const underWay = new PushesUnderWay(options.pushesPerAddress ?? DEFAULT_PUSHES_PER_ADDRESS);
  const pushWaiting = new PushWaiting(accounts.published, fleet, waiting);
  registerPush(app, { ports, gate, underWay, waiting: pushWaiting, bodyLimitBytes });
  registerOperator(app, ports.accounts);
  registerPack(app, ports, options.maxPack ?? DEFAULT_MAX_PACK);
  registerHelp(app);
  registerHealth(app, ports);
  registerApi(app, { ports, fleet, index, waiting }, adminGate);
}

/** Bodies are for the one route that reads one; there the token decides, and never the content type. */
function leaveBodiesAlone(app: App, restMs: number): void {
  app.addHook('onRequest', async (request) => {
    // The framework would refuse an odd one, and for some methods a missing one.
    request.raw.headers['content-type'] = 'application/jwt';
  });
  app.addHook('onResponse', async (request) => limitRest(request.raw, restMs));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
}

function countRequests(app: App, { meter }: HttpPorts, waiting: WaitingRequests): void {
  app.addHook('onResponse', async (request, reply) => {
    const path = request.routeOptions.url ?? 'unknown';
    // How long others take is not to be hidden among answers that were held back on purpose.
    const route = waiting.delayed(reply.raw) ? `${path}?wait` : path;
    meter.request(route, request.method, reply.statusCode, reply.elapsedTime / 1000);
  });
}

/** What the framework refuses is told to the client; what nobody foresaw is for the log alone. */
function sendUnforeseen({ log }: HttpPorts, reply: FastifyReply, error: unknown): FastifyReply {
  const status = refusedStatus(error);
  if (status !== undefined) return sendError(reply, { status, text: STATUS_CODES[status] ?? 'bad request' });
  const { method, routeOptions } = reply.request;
  log.error({ err: error, method, route: routeOptions.url }, 'a request could not be answered');
  return sendError(reply, INTERNAL_ERROR);
}

function refusedStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
