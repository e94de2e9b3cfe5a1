import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../accounts/errors.js';
import type { Origin } from '../../accounts/ports.js';
import { type BodyReading, readBody } from '../body.js';
import { type ErrorText, refusalText, sendError } from '../errors.js';
import { ACCOUNT_ROUTE } from '../front-door.js';
import { refuseMethod, registerOtherMethods } from '../methods.js';
import type { HttpPorts } from '../options.js';
import type { PushGate } from '../push-rights.js';
import type { PushWaiting } from '../push-waiting.js';
import type { PushesUnderWay } from '../pushes-under-way.js';
import type { AccountParams, App, PushQuery } from '../requests.js';
import { readWait } from '../wait.js';

interface PushRoute {
  Params: AccountParams;
  Querystring: PushQuery;
}

const READING = ['GET', 'HEAD'];
const READING_AND_PUSHING = [...READING, 'POST'];
const RETRY_AFTER_SECONDS = 1;
const TOO_MANY_PUSHES: ErrorText = {
  status: 429,
  text: 'too many pushes from your address are under way; try again in a moment',
};

/** What pushing needs. */
export interface Pushing {
  readonly ports: HttpPorts;
  readonly gate: PushGate;
  readonly underWay: PushesUnderWay;
  readonly waiting: PushWaiting;
  readonly bodyLimitBytes: number;
}

/**
 * `POST /jwt/v1/accounts/<key>`, and a 405 for it where nothing can be kept. What headers can decide is decided before
 * the body is read. Register it after the reading.
 */
export function registerPush(app: App, pushing: Pushing): void {
  const { accounts } = pushing.ports;
  app.post<PushRoute>(ACCOUNT_ROUTE, (request, reply) => push(pushing, request, reply));
  registerOtherMethods(app, ACCOUNT_ROUTE, () => (accounts.writable ? READING_AND_PUSHING : READING));
}

/** 401, or 403 where only a certificate would help, which no header can ask for. */
export function sendPushRefused(reply: FastifyReply, challenge: string | undefined): FastifyReply {
  if (challenge === undefined) {
    return sendError(reply, { status: 403, text: 'pushing needs a client certificate' });
  }
  reply.header('WWW-Authenticate', challenge);
  return sendError(reply, { status: 401, text: 'pushing needs the right user and password or token' });
}

async function push(
  { ports, gate, underWay, waiting, bodyLimitBytes }: Pushing,
  request: FastifyRequest<PushRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!ports.accounts.writable) return refuseMethod(reply, READING);
  const verdict = gate.judge(request.raw);
  if (!verdict.allowed) {
    ports.log.warn({ remoteAddress: request.ip }, 'push refused: missing or wrong credentials');
    return sendPushRefused(reply, verdict.challenge);
  }
  const wait = readWait(request.query.wait);
  if (!wait.ok) return sendError(reply, { status: 400, text: wait.problem });
  const bodyJudged = underWay.begin(request.ip, reply.raw);
  if (bodyJudged === undefined) return sendTooMany(reply);
  const body = await readBody(request.raw, bodyLimitBytes);
  if (body.kind !== 'read') return sendError(reply, bodyText(body, bodyLimitBytes));
  const { pusher } = verdict;
  const origin: Origin = { kind: 'push', remoteAddress: request.ip, ...(pusher !== undefined && { pusher }) };
  const expectedKey = request.params.accountKey;
  const outcome = await ports.accounts.admit({ bytes: body.bytes, origin, expectedKey });
  if (outcome.kind === 'refused') return sendRefusal(reply, outcome.refusal);
  if (wait.value === undefined) return reply.send();
  bodyJudged();
  const { status, text } = await waiting.answer(outcome.account, wait.value, reply.raw);
  return reply.code(status).header('Content-Type', 'text/plain; charset=utf-8').send(text);
}

function sendTooMany(reply: FastifyReply): FastifyReply {
  reply.header('Retry-After', RETRY_AFTER_SECONDS);
  return sendError(reply, TOO_MANY_PUSHES);
}

function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const error = refusalText(refusal);
  return error.status === 405 ? refuseMethod(reply, READING) : sendError(reply, error);
}

function bodyText(body: Exclude<BodyReading, { kind: 'read' }>, limitBytes: number): ErrorText {
  if (body.kind === 'too_large') {
    return { status: 413, text: `the body is larger than ${limitBytes} bytes` };
  }
  if (body.kind === 'encoded') return { status: 415, text: 'send the body uncompressed' };
  return { status: 400, text: 'bad JWT in request' };
}
