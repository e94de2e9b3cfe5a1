import type { Log } from '../accounts/ports.js';
import type { RunningApp } from './ports.js';

/** Says that the service is up and how to point a nats-server at it, in the words and order of the Go server. */
export function announce({ url, host, port }: RunningApp['address'], log: Log): void {
  const resolver = `${url}/jwt/v1/accounts/`;
  log.info({ host, port, url }, `${url.startsWith('https') ? 'https' : 'http'} listening on port ${port}`);
  log.info({}, 'nats-account-server is running');
  log.info({}, 'configure the nats-server with:');
  log.info({}, `  resolver: URL(${resolver})`);
  if (isTakenForMemory(resolver)) log.warn({ url: resolver }, TAKEN_FOR_MEMORY);
}

/** nats-server looks for these letters before it looks for a URL (nats-server/server/opts.go). */
function isTakenForMemory(resolver: string): boolean {
  return /mem/i.test(resolver);
}

const TAKEN_FOR_MEMORY =
  'nats-server takes a resolver URL that contains "mem" for its memory resolver and never asks it: use another name, or the address';
