import type { Config } from '../config/schema.js';
import type { NatsAuth, NatsOptions, NatsTls } from '../nats/options.js';
import { readNamedFile } from './named-file.js';

/**
 * What the connection is told, files read.
 * @throws StartupError when a file that the configuration names cannot be read
 */
export function natsOptions(nats: Config['nats']): NatsOptions {
  const tls = readTls(nats.tls);
  return {
    servers: nats.servers,
    auth: readAuth(nats),
    ...(tls !== undefined && { tls }),
    connectTimeoutMs: nats.connectTimeoutMs,
    retryDelayMs: nats.reconnectWaitMs,
  };
}

function readAuth(nats: Config['nats']): NatsAuth {
  if (nats.creds !== undefined) return { kind: 'creds', text: readNamedFile(nats.creds) };
  if (nats.nkey !== undefined) return { kind: 'nkey', seed: readNamedFile(nats.nkey) };
  if (nats.token !== undefined) return { kind: 'token', token: nats.token.reveal() };
  if (nats.user === undefined) return { kind: 'none' };
  return { kind: 'user', user: nats.user, password: nats.password?.reveal() ?? '' };
}

function readTls({ ca, cert, key }: Config['nats']['tls']): NatsTls | undefined {
  if (ca === undefined && cert === undefined) return undefined;
  return {
    ...(ca !== undefined && { ca: readNamedFile(ca) }),
    ...(cert !== undefined && { cert: readNamedFile(cert) }),
    ...(key !== undefined && { key: readNamedFile(key) }),
  };
}
