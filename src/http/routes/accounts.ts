import type { FastifyReply, FastifyRequest } from 'fastify';
import { isExpired } from '../../claims/validity.js';
import { ABSENT, accountReply } from '../account-reply.js';
import { sendError } from '../errors.js';
import { ACCOUNT_ROUTE, ACCOUNTS_PATH } from '../front-door.js';
import { registerOtherMethods } from '../methods.js';
import type { HttpPorts } from '../options.js';
import { PROBE_HEADERS } from '../probe.js';
import type { PushGate } from '../push-rights.js';
import { type AccountParams, type AccountQuery, type App, isTrue } from '../requests.js';
import { sendReadable } from '../token-reply.js';
import { hindrances } from './health.js';
import { sendPushRefused } from './push.js';

interface AccountRoute {
  Params: AccountParams;
  Querystring: AccountQuery;
}

/** What reading accounts needs. */
export interface AccountReading {
  readonly ports: HttpPorts;
  /** For `notify=true` alone. */
  readonly gate: PushGate;
}

/** `GET /jwt/v1/accounts/`: nats-server starts only on a 200 here, and asks once (nats-server server/accounts.go). */
export function registerProbe(app: App, ports: HttpPorts): void {
  app.get(ACCOUNTS_PATH, (_request, reply) => {
    reply.headers(PROBE_HEADERS);
    if (ports.accounts.readiness().loaded) return reply.send();
    return sendError(reply, { status: 503, text: hindrances(ports.accounts).join('\n') });
  });
  registerOtherMethods(app, ACCOUNTS_PATH, () => ['GET', 'HEAD']);
}

/** `GET /jwt/v1/accounts/<key>` with every option; the order of the steps is that of the Go account server. */
export function registerAccountReading(app: App, reading: AccountReading): void {
  app.get<AccountRoute>(ACCOUNT_ROUTE, (request, reply) => sendAccount(reading, request, reply));
}

function sendAccount(
  { ports, gate }: AccountReading,
  request: FastifyRequest<AccountRoute>,
  reply: FastifyReply,
): FastifyReply {
  const { query, params } = request;
  if (query.jti) return sendError(reply, { status: 501, text: 'lookup by jti is no longer supported' });
  const published = ports.accounts.published.get(params.accountKey);
  if (published === undefined) return sendAbsent(reply);
  const readable = sendReadable(reply, published.account.text, query);
  if (readable !== undefined) return readable;
  const nowMs = ports.clock.now();
  if (isTrue(query.check) && isExpired(published.account, Math.floor(nowMs / 1000))) return sendAbsent(reply);
  const answer = accountReply(published, request.headers['if-none-match'], nowMs);
  const fetched = request.method === 'GET';
  if (fetched && answer.status === 200 && isTrue(query.notify)) {
    const verdict = gate.judge(request.raw);
    if (!verdict.allowed) return sendPushRefused(reply, verdict.challenge);
    ports.notify(params.accountKey);
  }
  if (fetched) published.lastServedAtMs = nowMs;
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

function sendAbsent(reply: FastifyReply): FastifyReply {
  return reply.code(ABSENT.status).headers(ABSENT.headers).send();
}
