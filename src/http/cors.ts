import type { App } from './requests.js';

type Headers = Readonly<Record<string, string>>;

/** Which pages of other origins may read answers. */
export interface Cors {
  /** The headers for any answer to a request with this Origin; `undefined` for none. */
  headersFor(origin: string | undefined): Headers | undefined;
}

const EXPOSED = { 'Access-Control-Expose-Headers': 'ETag' } as const;

/** Only the named origins, compared exactly; `*` opens to all; none named: no headers at all. */
export function cors(origins: readonly string[]): Cors {
  if (origins.length === 0) return { headersFor: () => undefined };
  if (origins.includes('*')) {
    const open = { 'Access-Control-Allow-Origin': '*', ...EXPOSED };
    return { headersFor: (origin) => (origin === undefined ? undefined : open) };
  }
  const allowed = new Set(origins);
  return {
    headersFor: (origin) => {
      // Caches must keep the answers apart even where none was allowed.
      if (origin === undefined || !allowed.has(origin)) return { Vary: 'Origin' };
      return { Vary: 'Origin', 'Access-Control-Allow-Origin': origin, ...EXPOSED };
    },
  };
}

const PREFLIGHT_VARY = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
const PREFLIGHT_ALLOWED: Headers = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-None-Match',
  'Access-Control-Max-Age': '600',
};

/** Puts the headers on every answer and answers preflights, on any path, as the Go server's rs/cors does. */
export function registerCors(app: App, origins: Cors): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    const headers = origins.headersFor(origin);
    if (headers === undefined) return;
    reply.headers(headers);
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight || origin === undefined) return;
    if ('Access-Control-Allow-Origin' in headers) reply.headers(PREFLIGHT_ALLOWED);
    return reply.code(204).header('Vary', PREFLIGHT_VARY).send();
  });
}
