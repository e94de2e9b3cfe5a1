import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { startService } from '../support/service.js';
import { testWithStrace, traceProcess } from '../support/strace.js';
import { killAt, pushScene } from './kill-at-call.js';

testWithStrace(
  'D2: killed at the first sync, at the rename, and at the sync of the directory: old or new, whole',
  async (strace) => {
    expect(await killAt(strace, 'fsync', 1, pushScene('replaced'))).toBe(true);
    expect(await killAt(strace, 'rename', 1, pushScene('replaced'))).toBe(true);
    expect(await killAt(strace, 'fsync', 2, pushScene('replaced'))).toBe(true);
  },
  120_000,
);

/** Calls are counted by thread. */
const ONE_THREAD = { env: { UV_THREADPOOL_SIZE: '1' } };

testWithStrace(
  'D4: a sync, a rename, an open that fails: the push is refused with 5xx, the old token stays, and the next push succeeds',
  async (strace) => {
    const operator = mintOperator();
    const tree = new OperatorTree(operator);
    const iat = nowSeconds() - 100;
    const { key, identity } = tree.add('A', { iat });
    const service = await startService(['--nsc', tree.dir, '--sweep', '1h'], ONE_THREAD);
    const push = (after: number) =>
      ask(service.url, `/jwt/v1/accounts/${key}`, {
        method: 'POST',
        body: mintAccount(operator, { name: 'A', identity, iat: iat + after }).jwt,
      });
    // The first one opens the files of the state directory.
    expect(await push(1)).toMatchObject({ status: 200 });
    const { jwt } = tree.add('A', { iat: iat + 2 });
    await expect.poll(async () => (await ask(service.url, `/jwt/v1/accounts/${key}`)).body).toBe(jwt);
    const faults = [
      ['fsync', 'EIO', 1, 503],
      ['fsync', 'ENOSPC', 1, 507],
      ['fsync', 'EIO', 2, 503],
      ['rename', 'EACCES', 1, 503],
    ] as const;
    for (const [call, error, nth, status] of faults) {
      const inject = `inject=${call}:error=${error}:when=${nth}`;
      const trace = await traceProcess(strace, service.pid, ['-e', `trace=${call}`, '-e', inject]);
      expect(await push(3), `${error} from ${call} number ${nth}`).toMatchObject({ status });
      await trace.detach();
      expect(trace.lines().filter((line) => line.includes('(INJECTED)'))).toHaveLength(1);
      expect(await ask(service.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200, body: jwt });
      expect(readFileSync(tree.file('A'), 'utf8')).toBe(jwt);
    }
    expect(await push(3)).toMatchObject({ status: 200 });
  },
  120_000,
);

/** What happened to the file of an account between its request and its answer, in order. */
function stepsOf(account: MintedAccount, file: string, lines: readonly string[]): string[] {
  const from = lines.findIndex((line) => line.includes(`POST /jwt/v1/accounts/${account.key.slice(0, 8)}`));
  const folder = dirname(file);
  const steps: string[] = [];
  for (const line of lines.slice(from + 1)) {
    if (/ fdatasync\(.*\/ledger-/.test(line)) steps.push('sync of the state');
    else if (/ (?:fsync|fdatasync)\(.*\.nats-account-server-.*\.tmp>/.test(line))
      steps.push('sync of the file');
    else if (/ rename/.test(line) && line.includes(`/${basename(file)}"`)) steps.push('rename');
    else if (line.includes(' fsync(') && line.includes(`<${folder}>`)) steps.push('sync of the directory');
    else if (line.includes(' fsync(') && line.includes(`<${dirname(folder)}>`))
      steps.push('sync of its parent');
    else if (line.includes('"HTTP/1.1 200 OK')) return [...steps, 'answer'];
  }
  return steps;
}

testWithStrace(
  'D3: of every push the file is synced, renamed, its directories synced, and then it is answered',
  async (strace) => {
    const operator = mintOperator();
    const tree = new OperatorTree(operator);
    const service = await startService(['--nsc', tree.dir, '--sweep', '1h', '-D']);
    const first = mintAccount(operator, { name: 'first' });
    const firstAnswer = await ask(service.url, `/jwt/v1/accounts/${first.key}`, {
      method: 'POST',
      body: first.jwt,
    });
    expect(firstAnswer).toMatchObject({ status: 200 });
    const how = ['-e', 'trace=read,write,writev,fsync,fdatasync,rename,renameat,renameat2'];
    const trace = await traceProcess(strace, service.pid, how);
    const iat = nowSeconds() - 100;
    const pushes: MintedAccount[] = [];
    for (let i = 0; i < 10; i++) {
      const identity = pushes.find((_, index) => index % 2 === i % 2)?.identity;
      const name = `account-${i % 2}`;
      pushes.push(mintAccount(operator, { name, iat: iat + i, ...(identity && { identity }) }));
    }
    for (const { key, jwt } of pushes) {
      const answer = await ask(service.url, `/jwt/v1/accounts/${key}`, { method: 'POST', body: jwt });
      expect(answer).toMatchObject({ status: 200 });
    }
    await trace.detach();
    let lines = trace.lines();
    for (const [i, account] of pushes.entries()) {
      const steps = stepsOf(account, tree.file(`account-${i % 2}`), lines);
      // What is remembered of earlier pushes at leisure may be synced at any moment as well.
      expect(steps.indexOf('sync of the state'), `push ${i}`).toBe(0);
      expect(steps.filter((step) => step !== 'sync of the state')).toEqual([
        'sync of the file',
        'rename',
        'sync of the directory',
        'sync of its parent',
        'answer',
      ]);
      lines = lines.slice(lines.findIndex((line) => line.includes('"HTTP/1.1 200 OK')) + 1);
    }
  },
  120_000,
);

const KEY = 'ACFMUSBHAVIQNLZUHUETGFAI5273LLDLBU2AW2ZMZRK3W7P3S2L3HFEU';

/** Paths that name no account of ours, or try to name something else. */
const HOSTILE_PATHS = [
  '..',
  '../..',
  '../../etc/passwd',
  '..%2F..%2Fetc%2Fpasswd',
  '%2e%2e/%2e%2e/etc/passwd',
  '%2Fetc%2Fpasswd',
  'A',
  'A.jwt',
  '../A/A',
  'A%00',
  '%00',
  `${KEY}%00`,
  `${KEY}%00.jwt`,
  `${KEY}.jwt`,
  `${KEY}/`,
  `./${KEY}`,
  `%2e%2e/accounts/${KEY}x`,
  `${KEY.slice(1)}`,
  `${KEY}A`,
  KEY.toLowerCase(),
  `O${KEY.slice(1)}`,
  `U${KEY.slice(1)}`,
  `S${KEY.slice(1)}`,
  `${KEY.slice(0, 55)}1`,
  `${KEY}?../../x`,
  `%C0%AE%C0%AE/x`,
  '%FF',
  '%',
  '%zz',
  '~root',
  `${'A'.repeat(8_000)}`,
  '\\..\\..\\x',
  'file:%2F%2F%2Fetc%2Fpasswd',
];

/** Read by glibc when a thread asks for memory for the first time: it counts the processors (malloc/arena.c arena_get2). */
const READ_BY_THE_C_LIBRARY = '/sys/devices/system/cpu/online';

testWithStrace(
  'H3: hostile paths are answered 400 or 404, and no file is looked at for them',
  async (strace) => {
    const operator = mintOperator();
    const tree = new OperatorTree(operator, ['A']);
    const { key, jwt } = tree.get('A');
    const service = await startService(['--nsc', tree.dir, '--sweep', '1h']);
    // What is loaded at the first request of all, or a moment after the start, is of no interest: for the metrics everything is.
    expect(await ask(service.url, '/metrics')).toMatchObject({ status: 200 });
    expect(await ask(service.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200 });
    const askForAll = async (): Promise<void> => {
      for (const path of HOSTILE_PATHS) {
        const { status, body } = await ask(service.url, `/jwt/v1/accounts/${path}`);
        expect([400, 404], path).toContain(status);
        expect(body, path).not.toMatch(/root:|eyJ/);
      }
    };
    await askForAll();
    const trace = await traceProcess(strace, service.pid, ['-e', 'trace=%file']);
    await askForAll();
    for (let i = 0; i < 20; i++) {
      expect(await ask(service.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200, body: jwt });
    }
    await trace.detach();
    // The store itself looks again at what is young, and at the directories that lead to it when something changes there,
    // and the state is written, at any time: all in places of their own.
    const own = new Set(['', ...readdirSync(tree.dir, { recursive: true, encoding: 'utf8' })]);
    const strange = trace
      .lines()
      .flatMap((line) => /"([^"]+)"/.exec(line)?.[1] ?? [])
      .filter((path) => !own.has(relative(tree.dir, path)) && !tree.dir.startsWith(`${path}/`))
      .filter((path) => !path.startsWith(String(process.env.XDG_STATE_HOME)))
      .filter((path) => path !== READ_BY_THE_C_LIBRARY);
    expect(strange).toEqual([]);
    // That it would have been seen: a change in the directory is looked at.
    const seen = await traceProcess(strace, service.pid, ['-e', 'trace=%file']);
    rmSync(tree.file('A'));
    await expect.poll(() => seen.lines().filter((line) => line.includes('A.jwt')).length).toBeGreaterThan(0);
  },
  120_000,
);
