import { Agent, request } from 'node:http';
import { quantile } from '../statistics.js';

/** A token on its way to a server, signed before anything is measured. */
export interface Push {
  readonly key: string;
  readonly token: string;
}

/** How a server is pushed to. */
export interface PushChoices {
  readonly port: number;
  /** Of accounts that differ, so that none has to wait for another. */
  readonly pushes: readonly Push[];
  /** How many are under way at a time, each on a connection that is kept. */
  readonly atOnce: number;
}

/** What came of it. */
export interface PushResult {
  readonly pushesPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 200. */
  readonly failures: number;
}

/** Pushes all tokens. Asks from this process: keep it off the core of the server. */
export async function push({ port, pushes, atOnce }: PushChoices): Promise<PushResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const latencies: number[] = [];
  let failures = 0;
  const rest = pushes.values();
  const lane = async (): Promise<void> => {
    for (const { key, token } of rest) {
      const askedAt = performance.now();
      const status = await post(agent, port, key, token);
      latencies.push(performance.now() - askedAt);
      if (status !== 200) failures++;
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, lane));
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    pushesPerSecond: pushes.length / seconds,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    failures,
  };
}

/** The status of the answer. */
function post(agent: Agent, port: number, key: string, token: string): Promise<number> {
  const path = `/jwt/v1/accounts/${key}`;
  const headers = { 'Content-Type': 'application/jwt', 'Content-Length': token.length };
  return new Promise((resolve, reject) => {
    const posting = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    posting.on('error', reject);
    posting.end(token);
  });
}
