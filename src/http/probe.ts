import type { IncomingMessage } from 'node:http';
import type { Cors } from './cors.js';
import { ACCOUNTS_PATH } from './front-door.js';
import type { HttpPorts } from './options.js';
import type { Router } from './unread-request.js';

/** What goes with the answer to a probe: it holds for now. */
export const PROBE_HEADERS = {
  'Cache-Control': 'no-cache, no-store, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
} as const;

/**
 * Answers what a nats-server asks before it starts, `GET /jwt/v1/accounts/`, once the accounts are loaded; leaves
 * everything else to the router, where the same is a route.
 */
export function probeDoor(ports: HttpPorts, origins: Cors, router: Router): Router {
  const { accounts, meter } = ports;
  return (request, response) => {
    if (!isProbe(request) || !accounts.readiness().loaded) return router(request, response);
    const startedMs = performance.now();
    const headers = { ...origins.headersFor(request.headers.origin), ...PROBE_HEADERS };
    response.writeHead(200, { ...headers, 'Content-Length': '0' }).end();
    meter.request(ACCOUNTS_PATH, 'GET', 200, (performance.now() - startedMs) / 1000);
  };
}

function isProbe({ method, url }: IncomingMessage): boolean {
  return method === 'GET' && (url === `${ACCOUNTS_PATH}/` || url === ACCOUNTS_PATH);
}
