import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type AccountReply, accountReply } from './account-reply.js';
import type { Cors } from './cors.js';
import { INTERNAL_ERROR } from './errors.js';
import type { HttpPorts } from './options.js';

/** The path under which accounts are served. */
export const ACCOUNTS_PATH = '/jwt/v1/accounts';
/** As it is named to the router and to the meter. */
export const ACCOUNT_ROUTE = `${ACCOUNTS_PATH}/:accountKey`;

const PREFIX = `${ACCOUNTS_PATH}/`;
const KEY_LENGTH = 56;

/**
 * Answers the request that nearly all requests are, a plain GET of a known account, before the router and its hooks
 * (which cost more than the answer itself); leaves everything else to the router. Both make the answer with
 * {@link accountReply}.
 */
export function frontDoor(ports: HttpPorts, origins: Cors, router: RequestListener): RequestListener {
  const { clock, meter, log } = ports;
  // Taken once: two getters per request are a percent of all.
  const accounts = ports.accounts.published;
  const answerDirectly = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url = '' } = request;
    if (method !== 'GET' || url.length !== PREFIX.length + KEY_LENGTH || !url.startsWith(PREFIX))
      return false;
    const published = accounts.get(url.slice(PREFIX.length));
    if (published === undefined) return false;
    const startedMs = performance.now();
    const nowMs = clock.now();
    const { headers } = request;
    const reply = accountReply(published, headers['if-none-match'], nowMs);
    published.lastServedAtMs = nowMs;
    write(response, reply, origins.headersFor(headers.origin));
    meter.request(ACCOUNT_ROUTE, method, reply.status, (performance.now() - startedMs) / 1000);
    return true;
  };
  return (request, response) => {
    try {
      if (!answerDirectly(request, response)) router(request, response);
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
  response.end(reply.body, 'latin1');
}
