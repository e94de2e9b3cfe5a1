import { readFileSync } from 'node:fs';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { atEnd } from './clean-up.js';

/** Connects as a user; the connection does not come back by itself and ends with the test. */
export async function connectWith(url: string, creds: string | Uint8Array): Promise<NatsConnection> {
  const bytes = typeof creds === 'string' ? readFileSync(creds) : creds;
  const connection = await connect({
    servers: url,
    authenticator: credsAuthenticator(bytes),
    reconnect: false,
    timeout: 15_000,
  });
  atEnd(() => connection.close());
  return connection;
}
