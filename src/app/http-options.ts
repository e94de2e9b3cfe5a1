import type { Config } from '../config/schema.js';
import type { HttpOptions, PushRights, TlsMaterial } from '../http/options.js';
import { readNamedFile } from './named-file.js';

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
    adminToken: http.adminToken?.reveal(),
    corsOrigins: http.corsOrigins,
    maxPack: http.maxPack,
    pushesPerAddress: http.pushesPerAddress,
    timeouts: { requestMs: http.readTimeoutMs, headersMs: Math.min(5_000, http.readTimeoutMs) },
  };
}

/** Certificate, key and client authority as texts; `undefined` for plain HTTP. */
export function readTls(tls: Config['http']['tls']): TlsMaterial | undefined {
  if (tls.cert === undefined || tls.key === undefined) return undefined;
  return {
    cert: readNamedFile(tls.cert),
    key: readNamedFile(tls.key),
    clientCa: tls.clientCa === undefined ? undefined : readNamedFile(tls.clientCa),
  };
}

/** Who may push besides holders of a client certificate. */
export function pushRights(push: Config['http']['push']): PushRights {
  if (push.token !== undefined) return { kind: 'bearer', token: push.token.reveal() };
  if (push.user === undefined || push.password === undefined) return { kind: 'none' };
  return { kind: 'basic', user: push.user, password: push.password.reveal() };
}
