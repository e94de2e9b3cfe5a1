import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { atEnd } from '../support/clean-up.js';
import { mintOperator } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { type Service, startService } from '../support/service.js';
import { percentile } from './report.js';

/** What a slow client sends: something at first, and then a little every second, never all of it. */
export const SLOW = {
  headers: { first: 'GET /jwt/v1/help HTTP/1.1\r\nHost: x\r\n', drip: 'A: b\r\n' },
  body: {
    first: 'POST /jwt/v1/accounts/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n',
    drip: 'x',
  },
} as const;

const DRIP_MS = 1_000;
const GET_PAUSE_MS = 5;

/** A connection of a client that never gets done. */
class SlowClient {
  answer = '';
  /** Milliseconds from the first byte sent to the end of the connection. */
  readonly cutAfterMs: Promise<number>;

  constructor(
    { port }: Service,
    private readonly sends: { readonly first: string; readonly drip: string },
  ) {
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.answer += text;
    });
    socket.on('error', () => undefined);
    atEnd(() => void socket.destroy());
    this.cutAfterMs = this.#run(socket);
  }

  async #run(socket: Socket): Promise<number> {
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    const startedMs = performance.now();
    socket.write(this.sends.first);
    const dripping = setInterval(() => socket.write(this.sends.drip), DRIP_MS);
    await closed;
    clearInterval(dripping);
    return performance.now() - startedMs;
  }
}

/** What slow clients met with, and how GETs fared meanwhile. */
export interface SlowClients {
  readonly slowestCutMs: number;
  readonly statuses: readonly string[];
  readonly gets: number;
  readonly getP99Ms: number;
}

/** Lets so many slow clients at a service, and GETs beside them, which are all expected to be right. */
export async function withSlowClients(
  count: number,
  sends: { readonly first: string; readonly drip: string },
  args: readonly string[] = [],
): Promise<SlowClients> {
  const tree = new OperatorTree(mintOperator(), ['A']);
  const { key, jwt } = tree.get('A');
  const service = await startService(['--nsc', tree.dir, ...args]);
  const clients = Array.from({ length: count }, () => new SlowClient(service, sends));
  let allCut = false;
  const cuts = Promise.all(clients.map((client) => client.cutAfterMs)).finally(() => {
    allCut = true;
  });
  const getsMs: number[] = [];
  while (!allCut) {
    const startedMs = performance.now();
    expect(await ask(service.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200, body: jwt });
    getsMs.push(performance.now() - startedMs);
    await delay(GET_PAUSE_MS);
  }
  return {
    slowestCutMs: Math.max(...(await cuts)),
    statuses: [...new Set(clients.map(({ answer }) => answer.slice(0, 'HTTP/1.1 408'.length)))].sort(),
    gets: getsMs.length,
    getP99Ms: percentile(getsMs, 99),
  };
}
