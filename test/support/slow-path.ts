import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './clean-up.js';

/** An HTTP path to a service, on which answers can be held back: the service has answered, the asker still waits. */
export interface SlowPath {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Holds back the answers whose path ends so, from now on. */
  hold(pathEnd: string): Held;
}

/** Answers that are on their way. */
export interface Held {
  /** How many the service has given so far. */
  readonly count: number;
  /** Lets them arrive, and those to come. */
  release(): void;
}

/** Opens such a path; it closes with the test. */
export async function slowPath(serviceUrl: string): Promise<SlowPath> {
  const holds = new Map<string, { count: number; readonly released: Promise<void> }>();
  const pass = (asked: IncomingMessage, answer: ServerResponse): void => {
    const { url = '/', method, headers } = asked;
    const onward = request(`${serviceUrl}${url}`, { method, headers }, (given) => {
      const chunks: Buffer[] = [];
      given.on('data', (chunk: Buffer) => chunks.push(chunk));
      given.on('end', async () => {
        const held = [...holds].find(([pathEnd]) => url.endsWith(pathEnd))?.[1];
        if (held !== undefined) {
          held.count++;
          await held.released;
        }
        answer.writeHead(given.statusCode ?? 502, given.headers).end(Buffer.concat(chunks));
      });
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  };
  const server = createServer(pass).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: (pathEnd) => {
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const held = { count: 0, released };
      holds.set(pathEnd, held);
      return {
        get count() {
          return held.count;
        },
        release: () => {
          holds.delete(pathEnd);
          release();
        },
      };
    },
  };
}
