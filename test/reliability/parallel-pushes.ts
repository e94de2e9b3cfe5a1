import { readFileSync } from 'node:fs';
import http from 'node:http';
import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { startService } from '../support/service.js';

const AT_ONCE = 50;

/** What was answered to the pushes of all rounds. */
export interface Pushes {
  readonly accepted: number;
  readonly refused: number;
}

/**
 * In every round pushes 50 tokens of one account at once, in any order of their `iat`, and expects the newest to have
 * won: it is served, it stands in the directory, it was answered 200, and every other 200 or 409.
 */
export async function pushInParallel(rounds: number): Promise<Pushes> {
  const operator = mintOperator();
  const tree = new OperatorTree(operator);
  const first = tree.add('A', { iat: nowSeconds() - 100_000 });
  const service = await startService(['--nsc', tree.dir]);
  const path = `/jwt/v1/accounts/${first.key}`;
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const statuses: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const tokens = Array.from({ length: AT_ONCE }, (_, i) =>
      mintAccount(operator, {
        name: 'A',
        identity: first.identity,
        iat: nowSeconds() - 90_000 + round * AT_ONCE + i,
      }),
    );
    const newest = tokens.at(-1)?.jwt;
    const shuffled = tokens.toSorted(() => Math.random() - 0.5);
    const answers = await Promise.all(shuffled.map((token) => post(`${service.url}${path}`, token, agent)));
    expect(answers[shuffled.findIndex(({ jwt }) => jwt === newest)], `round ${round}`).toBe(200);
    expect(await ask(service.url, path), `round ${round}`).toMatchObject({ status: 200, body: newest });
    expect(readFileSync(tree.file('A'), 'utf8'), `round ${round}`).toBe(newest);
    statuses.push(...answers);
  }
  agent.destroy();
  expect(new Set(statuses)).toEqual(new Set([200, 409]));
  const accepted = statuses.filter((status) => status === 200).length;
  return { accepted, refused: statuses.length - accepted };
}

/** The status; the connection is kept for the next. */
function post(url: string, { jwt }: MintedAccount, agent: http.Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject);
    request.end(jwt);
  });
}
