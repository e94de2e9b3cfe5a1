import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const GIVE_UP_MS = 120_000;

/** Tokens by account key; undefined where the account is not to be served at all. */
export type Expected = ReadonlyMap<string, string | undefined>;

/** An answer: the body only where it is 200. */
interface Answered {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks again and again, one request after the other, until all these accounts are served with these tokens.
 * @param pauseMs between asking for the same account twice
 * @returns when the last answer came, on the clock of `performance.now()`
 */
export async function untilServed(port: number, expected: Expected, pauseMs = 0): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const giveUpAt = performance.now() + GIVE_UP_MS;
  try {
    for (const [key, token] of expected) {
      while (!isExpected(await fetchToken(agent, port, key), token)) {
        if (performance.now() > giveUpAt) throw new Error(`the change of ${key} was never served`);
        if (pauseMs > 0) await sleep(pauseMs);
      }
    }
    return performance.now();
  } finally {
    agent.destroy();
  }
}

const isExpected = ({ status, body }: Answered, token: string | undefined): boolean =>
  token === undefined ? status === 404 : body === token;

function fetchToken(agent: Agent, port: number, key: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = get({ agent, host: '127.0.0.1', port, path: `/jwt/v1/accounts/${key}` }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
  });
}
