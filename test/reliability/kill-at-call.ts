import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { build } from '../support/app.js';
import {
  type MintedAccount,
  type MintedOperator,
  mintAccount,
  mintOperator,
  nowSeconds,
} from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { startService } from '../support/service.js';
import { traceProcess } from '../support/strace.js';

/** What is pushed, and what stood there before. */
export interface PushScene {
  readonly operator: MintedOperator;
  readonly tree: OperatorTree;
  readonly before: MintedAccount | undefined;
  readonly pushed: MintedAccount;
}

/** A push that replaces an account, or brings a new one, into an nsc directory with another account in it. */
export function pushScene(kind: 'replaced' | 'new'): PushScene {
  const operator = mintOperator();
  const tree = new OperatorTree(operator, ['B']);
  const iat = nowSeconds() - 100;
  const before = kind === 'new' ? undefined : tree.add('A', { iat });
  const identity = before?.identity;
  const pushed = mintAccount(operator, { name: 'A', iat: iat + 1, ...(identity && { identity }) });
  return { operator, tree, before, pushed };
}

/** One thread for files, so that calls are counted alike every time; no sweep in the middle. */
const QUIET = { args: ['--sweep', '1h', '-D'], env: { UV_THREADPOOL_SIZE: '1' } };

/** After a first push the files of the state directory are open, and every further one makes the same calls. */
async function pushOther(url: string, tree: OperatorTree, operator: MintedOperator): Promise<void> {
  const { key, identity } = tree.get('B');
  const newer = mintAccount(operator, { name: 'B', identity, iat: nowSeconds() + 1 });
  const answer = await ask(url, `/jwt/v1/accounts/${key}`, { method: 'POST', body: newer.jwt });
  expect(answer).toMatchObject({ status: 200 });
  tree.accounts.set('B', newer);
}

/**
 * Pushes with a kill at the `nth` call of that name that any thread makes, and expects the directory to hold the old
 * token or the new one, whole; the new one if the push was answered.
 * @returns whether there was such a call
 */
export async function killAt(
  strace: string,
  call: string,
  nth: number,
  { operator, tree, before, pushed }: PushScene,
): Promise<boolean> {
  const service = await startService(['--nsc', tree.dir, ...QUIET.args], { env: QUIET.env });
  await pushOther(service.url, tree, operator);
  // The service loads the rest of itself a moment after its start, which makes calls too: for the metrics it has to.
  expect(await ask(service.url, '/metrics')).toMatchObject({ status: 200 });
  const how = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`];
  const trace = await traceProcess(strace, service.pid, how);
  const path = `/jwt/v1/accounts/${pushed.key}`;
  const answer = await ask(service.url, path, { method: 'POST', body: pushed.jwt }).catch(() => undefined);
  // What is yet to come is of no interest to a push that was answered.
  service.kill('SIGKILL');
  await Promise.all([service.exit, trace.ended]);
  const again = await build('--nsc', tree.dir);
  const served = await again.account(pushed.key);
  const about = `killed at ${call} number ${nth}`;
  if (answer === undefined) expect([before?.jwt, pushed.jwt], about).toContain(served);
  else expect([answer.status, served], about).toEqual([200, pushed.jwt]);
  expect(await again.account(tree.get('B').key), about).toBe(tree.get('B').jwt);
  await again.close();
  return answer === undefined;
}

/** Kills at the first such call of a push, at the second, and so on until there are no more; answers how many there were. */
export async function killAtEach(strace: string, call: string, kind: 'replaced' | 'new'): Promise<number> {
  let nth = 1;
  while (await killAt(strace, call, nth, pushScene(kind))) nth++;
  return nth - 1;
}
