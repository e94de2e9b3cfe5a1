import { connect } from 'node:net';
import type { AwayReason } from './ports.js';

/**
 * Whether a nats-server speaks at an address: it greets everybody with a line that begins with INFO (nats-server
 * server/client.go). Asked before each new try, since nats.js keeps the socket of a try that ran out of time, one more
 * each time when somebody listens there without ever answering.
 */
export function greeting(address: string, timeoutMs: number): Promise<'greets' | AwayReason> {
  const { hostname, port } = new URL(`nats://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    const timer = setTimeout(() => end('no_answer'), timeoutMs);
    const end = (what: 'greets' | AwayReason): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(what);
    };
    socket.once('data', (bytes) => end(bytes.toString('latin1').startsWith('INFO ') ? 'greets' : 'other'));
    socket.once('error', () => end('unreachable'));
    socket.once('close', () => end('no_answer'));
  });
}
