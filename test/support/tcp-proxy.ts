import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { atEnd } from './clean-up.js';
import { freePort } from './free-ports.js';

/** A network path to a server that can be cut and mended. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Lets connections through again, on the same port. */
  mend(): Promise<void>;
}

/**
 * Opens a path to a port of this machine; it closes with the test. A function is asked at each connection: the path can
 * be told to others before there is a server at its end.
 */
export async function tcpProxy(target: number | (() => number)): Promise<TcpProxy> {
  const targetPort = typeof target === 'number' ? () => target : target;
  const sockets = new Set<Socket>();
  const port = await freePort();
  let server = await listen(targetPort, port, sockets);
  const cut = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    if (server.listening) await closed;
  };
  atEnd(async () => {
    if (server.listening) await cut();
  });
  return {
    port,
    cut,
    mend: async () => {
      server = await listen(targetPort, port, sockets);
    },
  };
}

async function listen(targetPort: () => number, port: number, sockets: Set<Socket>): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(targetPort(), '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
