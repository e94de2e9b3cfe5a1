import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that the kernel hands out to whoever asks for any (net.ipv4.ip_local_port_range): here nobody takes one by
 * chance while a test has left it, before its server starts or between the two lives of a server.
 */
const FIRST = 12_000;
/** Each worker of each run keeps to a share of its own. */
const SHARE = 1_000;
const SHARES = 20;

const share = (process.ppid + Number(process.env.VITEST_POOL_ID ?? 1)) % SHARES;
const first = FIRST + share * SHARE;
let next = Math.floor(Math.random() * SHARE);

/** A port of 127.0.0.1 that nobody listens on, and that nobody else will, until the test does. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < SHARE; tries++) {
    const port = first + (next++ % SHARE);
    if (await isFree(port)) return port;
  }
  throw new Error(`all ports from ${first} to ${first + SHARE - 1} are taken`);
}

/** As {@link freePort}, several of them. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}
