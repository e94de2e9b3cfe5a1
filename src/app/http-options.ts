import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.js';
import type { HttpOptions, PushRights, TlsMaterial } from '../http/options.js';
import { StartupError } from './startup-error.js';

/**
 * What HTTP is told, certificates read.
 * @throws StartupError when a certificate file cannot be read
 */
export function httpOptions({ http }: Config): HttpOptions {
  return {
    host: http.host,
    port: http.port,
    tls: readTls(http.tls),
    pushRights: pushRights(http.push),
    corsOrigins: http.corsOrigins,
    maxPack: http.maxPack,
    timeouts: { requestMs: http.readTimeoutMs, headersMs: Math.min(5_000, http.readTimeoutMs) },
  };
}

/** Certificate, key and client authority as texts; `undefined` for plain HTTP. */
export function readTls(tls: Config['http']['tls']): TlsMaterial | undefined {
  if (tls.cert === undefined || tls.key === undefined) return undefined;
  return {
    cert: readPem(tls.cert),
    key: readPem(tls.key),
    clientCa: tls.clientCa === undefined ? undefined : readPem(tls.clientCa),
  };
}

/** Who may push besides holders of a client certificate. */
export function pushRights(push: Config['http']['push']): PushRights {
  if (push.token !== undefined) return { kind: 'bearer', token: push.token.reveal() };
  if (push.user === undefined || push.password === undefined) return { kind: 'none' };
  return { kind: 'basic', user: push.user, password: push.password.reveal() };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new StartupError([`cannot read ${path}: ${(cause as NodeJS.ErrnoException).code ?? cause}`], {
      cause,
    });
  }
}
