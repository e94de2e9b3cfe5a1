import { type Reading, read, unreadable } from './reading.js';
import { HIDDEN, maskUserinfo } from './secret.js';

/** Where to listen. */
export interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** Reads `host:port`, `:port` (host '' is every address), `[::1]:port`; the port is not checked here. */
export function readHostPort(text: string): Reading<HostPort> {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d+)$/.exec(text) ?? [];
  if (port === undefined)
    return unreadable(`"${text}" is not host:port, such as localhost:9090 or 0.0.0.0:9090`);
  return read({ host: bracketed ?? plain ?? '', port });
}

/** Reads the origin of web pages: scheme, host and port, nothing behind; or `*`. */
export function readOrigin(text: string): Reading<string> {
  if (text === '*') return read(text);
  const url = parseUrl(text);
  if (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.origin === text.toLowerCase().replace(/\/$/, '')
  )
    return read(url.origin);
  return unreadable(`"${text}" is no origin such as https://admin.example.com`);
}

const NATS_SCHEMES = new Set(['nats:', 'tls:']);

/** Reads the address of a nats-server: a URL, or `host[:port]`. */
export function readNatsServer(text: string): Reading<string> {
  const url = parseUrl(text.includes('://') ? text : `nats://${text}`);
  if (url !== undefined && NATS_SCHEMES.has(url.protocol) && url.hostname !== '' && endsWithHost(url))
    return read(text);
  // A password that holds a comma was cut there, and nothing in this piece of it says what it is.
  const shown = maskUserinfo(text).replace(NO_PORT, `:${HIDDEN}`);
  const hint = shown === text ? '' : ' (in a password write , as %2C and / as %2F)';
  return unreadable(`"${shown}" is no nats-server address such as nats://localhost:4222${hint}`);
}

/** A path or the like is the rest of a password that holds `@` and `/`; its beginning would be taken for the host. */
function endsWithHost({ pathname, search, hash }: URL): boolean {
  return (pathname === '' || pathname === '/') && search === '' && hash === '';
}

/** What stands behind the colon after a host, if it is no port. */
const NO_PORT = /:(?!\/\/|\d*(?:\/|$))[^@]*$/;

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Whether a host to listen on can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
