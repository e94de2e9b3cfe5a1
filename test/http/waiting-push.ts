import { mintAccount } from '../support/mint.js';
import type { HandFleet } from './hand-fleet.js';
import type { Answer, HttpBench } from './support.js';

/** Pushes a new account and comes back when its answer waits. */
export async function pushAndWait(bench: HttpBench & { fleet: HandFleet }, wait = '5s') {
  const account = mintAccount(bench.operator);
  const before = bench.fleet.waits.length;
  const answer = pushWith(bench, account, wait);
  await bench.fleet.waiters(before + 1);
  const waiting = bench.fleet.waits[before];
  if (waiting === undefined) throw new Error('nobody waits');
  return { account, answer, waiting };
}

/** Pushes a token with this `wait`. */
export const pushWith = (
  bench: HttpBench,
  { key, jwt }: { readonly key: string; readonly jwt: string },
  wait: string,
): Promise<Answer> => bench.ask(`/jwt/v1/accounts/${key}?wait=${wait}`, { method: 'POST', body: jwt });
