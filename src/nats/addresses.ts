import type { NatsAuth } from './options.js';

/** Where nats-servers listen, as the connection wants it. */
export interface Addresses {
  /** `host:port` each. */
  readonly hosts: readonly string[];
  /** An address says `tls://`. */
  readonly tls: boolean;
  /** `user:password@` or `token@` of the first address that has it. */
  readonly auth: NatsAuth;
}

/** Options that no connection can be made with; the message says what to do and holds no secret. */
export class NatsOptionsError extends Error {
  override readonly name = 'NatsOptionsError';
}

const DEFAULT_PORT = '4222';
const SCHEMES = new Set(['nats:', 'tls:']);

/**
 * Reads server addresses. nats.js itself drops schemes and user names.
 * @throws NatsOptionsError
 */
export function readAddresses(servers: readonly string[]): Addresses {
  if (servers.length === 0) throw new NatsOptionsError('no NATS server is named');
  const urls = servers.map(readAddress);
  return {
    hosts: urls.map(({ hostname, port }) => `${hostname}:${port || DEFAULT_PORT}`),
    tls: urls.some(({ protocol }) => protocol === 'tls:'),
    auth: urls.map(authOf).find(({ kind }) => kind !== 'none') ?? { kind: 'none' },
  };
}

function readAddress(text: string): URL {
  const trimmed = text.trim();
  const full = trimmed.includes('://') ? trimmed : `nats://${trimmed}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url !== undefined && url.hostname !== '' && SCHEMES.has(url.protocol)) return url;
  const shown = trimmed.replace(/^([a-z]+:\/\/)?.*@/is, '$1');
  throw new NatsOptionsError(
    `"${shown}" is no address of a NATS server; write nats://host:port or tls://host:port`,
  );
}

function authOf({ username, password }: URL): NatsAuth {
  if (username === '') return { kind: 'none' };
  const user = decoded(username);
  if (password === '') return { kind: 'token', token: user };
  return { kind: 'user', user, password: decoded(password) };
}

/** A percent sign that escapes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
