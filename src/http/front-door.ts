import type { ServerResponse } from 'node:http';
import { ABSENT, type AccountReply, accountReply } from './account-reply.js';
import type { Cors } from './cors.js';
import { INTERNAL_ERROR } from './errors.js';
import type { HttpPorts } from './options.js';
import type { Router, UnreadRequest } from './unread-request.js';

/** The path under which accounts are served. */
export const ACCOUNTS_PATH = '/jwt/v1/accounts';
/** As it is named to the router and to the meter. */
export const ACCOUNT_ROUTE = `${ACCOUNTS_PATH}/:accountKey`;

const PREFIX = `${ACCOUNTS_PATH}/`;
const KEY_LENGTH = 56;
/** What may be an account's key and nothing else: no query, no escape, no path. */
const KEY_TEXT = /^[A-Z2-7]+$/;

/** Answers a request that came at `startedMs` of `performance.now()`. */
export type Answer = (request: UnreadRequest, response: ServerResponse, startedMs: number) => void;

/**
 * Answers the requests that nearly all requests are, plain GETs of accounts, before the router and its hooks (which
 * cost more than the answer itself); leaves everything else to the router. Both make the answer with
 * {@link accountReply}.
 */
export function frontDoor(ports: HttpPorts, origins: Cors, router: Router): Answer {
  const { clock, meter, log } = ports;
  // Taken once: two getters per request are a percent of all.
  const accounts = ports.accounts.published;
  const replyFor = (accountKey: string, ifNoneMatch: string | undefined): AccountReply | undefined => {
    const published = accounts.get(accountKey);
    if (published === undefined) return KEY_TEXT.test(accountKey) ? ABSENT : undefined;
    const nowMs = clock.now();
    const reply = accountReply(published, ifNoneMatch, nowMs);
    published.lastServedAtMs = nowMs;
    return reply;
  };
  const answerDirectly = (request: UnreadRequest, response: ServerResponse, startedMs: number): boolean => {
    const { method, url = '' } = request;
    if (method !== 'GET' || url.length !== PREFIX.length + KEY_LENGTH || !url.startsWith(PREFIX))
      return false;
    const { headers } = request;
    const reply = replyFor(url.slice(PREFIX.length), headers['if-none-match']);
    if (reply === undefined) return false;
    request.leaveUnread();
    write(response, reply, origins.headersFor(headers.origin));
    meter.request(ACCOUNT_ROUTE, method, reply.status, (performance.now() - startedMs) / 1000);
    return true;
  };
  return (request, response, startedMs) => {
    try {
      if (!answerDirectly(request, response, startedMs)) router(request, response);
    } catch (err) {
      log.error({ err }, 'a request could not be answered');
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'Content-Type': 'text/plain' }).end(`${INTERNAL_ERROR.text}\n`);
    }
  };
}

function write(
  response: ServerResponse,
  reply: AccountReply,
  more: Readonly<Record<string, string>> | undefined,
): void {
  for (const name in more) response.setHeader(name, more[name] ?? '');
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}
