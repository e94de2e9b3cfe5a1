import { isIPv4 } from 'node:net';

/** Whether a host, as one listens on it or as an address names it, can only be this machine itself. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** The same of a `Host` header, which may name a port. */
export function namesLoopback(hostHeader: string | undefined): boolean {
  return hostHeader !== undefined && isLoopback(hostHeader.replace(/:\d*$/, ''));
}
