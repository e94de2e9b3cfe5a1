import { basename, dirname } from 'node:path';
import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { startService } from '../support/service.js';
import { testWithStrace, traceProcess } from '../support/strace.js';

const ACCOUNTS = 24;

/** What happened to the file of an account between its request and the answer on the same connection, in order. */
function stepsOf({ key }: MintedAccount, file: string, lines: readonly string[]): string[] {
  const from = lines.findIndex((line) => line.includes(`POST /jwt/v1/accounts/${key.slice(0, 8)}`));
  const socket = /<socket:\[\d+\]>/.exec(lines[from] ?? '')?.[0] ?? 'no request';
  const [folder, parent] = [dirname(file), dirname(dirname(file))];
  const steps: string[] = [];
  for (const line of lines.slice(from + 1)) {
    if (/ fsync\(.*\.tmp>/.test(line) && line.includes(`<${folder}/`)) steps.push('sync of the file');
    else if (/ rename/.test(line) && line.includes(`/${basename(file)}"`)) steps.push('rename');
    else if (line.includes(' fsync(') && line.includes(`<${folder}>`)) steps.push('sync of the directory');
    else if (line.includes(' fsync(') && line.includes(`<${parent}>`)) steps.push('sync of its parent');
    else if (line.includes(socket) && line.includes('"HTTP/1.1 200 OK')) return [...steps, 'answer'];
  }
  return steps;
}

/** The threads that renamed account files. */
function renamers(lines: readonly string[]): ReadonlySet<string> {
  return new Set(
    lines.filter((line) => / rename.*\.jwt"/.test(line)).map((line) => line.split(' ')[0] ?? ''),
  );
}

testWithStrace(
  'D3: when many pushes come at once each is on the disk before its answer, as if it were alone',
  async (strace) => {
    const operator = mintOperator();
    const tree = new OperatorTree(operator);
    const names = Array.from({ length: ACCOUNTS }, (_, i) => `account-${i}`);
    const iat = nowSeconds() - 1_000;
    for (const name of names) tree.add(name, { iat });
    const service = await startService(['--nsc', tree.dir, '--sweep', '1h', '-D']);
    let round = 0;
    const pushAll = async (): Promise<readonly MintedAccount[]> => {
      round++;
      const pushes = names.map((name) =>
        mintAccount(operator, { name, iat: iat + round, identity: tree.get(name).identity }),
      );
      const answers = pushes.map(({ key, jwt }) =>
        ask(service.url, `/jwt/v1/accounts/${key}`, { method: 'POST', body: jwt }),
      );
      for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 200 });
      return pushes;
    };
    const how = ['-e', 'trace=read,write,writev,fsync,rename,renameat,renameat2'];
    // From some round on a thread of its own makes all the calls.
    const tracedRound = async () => {
      const trace = await traceProcess(strace, service.pid, how);
      const pushes = await pushAll();
      // So that the trace does not end in the middle of the last answer.
      await ask(service.url, '/jwt/v1/accounts/');
      await trace.detach();
      return { pushes, lines: trace.lines() };
    };
    let { pushes, lines } = await tracedRound();
    while (renamers(lines).size !== 1) ({ pushes, lines } = await tracedRound());
    for (const account of pushes) {
      const name = names.find((each) => tree.get(each).key === account.key) ?? '';
      const steps = stepsOf(account, tree.file(name), lines);
      const own = steps.filter((step) => step !== 'sync of its parent');
      expect(own, name).toEqual(['sync of the file', 'rename', 'sync of the directory', 'answer']);
      // Others' saves have it synced as well.
      expect(steps.at(-2), name).toBe('sync of its parent');
    }
  },
  60_000,
);
