import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { OperatorDirectory, token } from './operator-directory.js';

const PROCESS = fileURLToPath(new URL('limited-process.ts', import.meta.url));
const SWEEP_MS = 200;
/** So that no test lives to see the second one. */
const NEVER_MS = 600_000;

/** A store in a process of its own, and the lines that it prints. */
class StoreProcess {
  readonly lines: string[] = [];
  readonly child: ChildProcessWithoutNullStreams;

  constructor(program: string, args: readonly string[]) {
    this.child = spawn(program, args);
    onTestFinished(() => void this.child.kill('SIGKILL'));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface(stream).on('line', (line) => this.lines.push(line));
    }
  }

  async prints(line: RegExp): Promise<void> {
    await expect.poll(() => this.lines.join('\n'), { timeout: 40_000 }).toMatch(line);
  }

  async end(): Promise<number> {
    this.child.stdin.end();
    const [code] = (await once(this.child, 'exit')) as [number];
    return code;
  }
}

function openStore(dir: string, sweepMs = SWEEP_MS): string {
  return `exec "${process.execPath}" --import tsx "${PROCESS}" "${dir}" ${sweepMs}`;
}

/** `unshare` arguments: a user namespace of its own, in which a limit on inotify holds. */
function namespace(limit: string, value: number, command: string): string[] {
  return ['--user', '--map-root-user', 'sh', '-c', `echo ${value} > /proc/sys/user/${limit} && ${command}`];
}

function needsNamespaces(context: TestContext): void {
  if (spawnSync('unshare', namespace('max_inotify_watches', 1, 'true')).status === 0) return;
  const why = 'did not run: there are no user namespaces here in which to lower the limits of inotify';
  process.stderr.write(`W5 ${why}\n`);
  context.skip(why);
}

test.for([
  { limit: 'max_inotify_watches', value: 8 },
  { limit: 'max_inotify_instances', value: 0 },
])(
  'W5: $limit is $value: one warning, and the sweep finds every change',
  async ({ limit, value }, context) => {
    needsNamespaces(context);
    const names = Array.from({ length: 20 }, (_, i) => `account-${i}`);
    const directory = await OperatorDirectory.make(names);
    const store = new StoreProcess('unshare', namespace(limit, value, openStore(directory.dir)));
    await store.prints(/[1-9]\d* not watched/);
    for (const name of names) await directory.put(name, token(`changed ${name}`));
    for (const name of names) {
      await store.prints(new RegExp(`read accounts/${name}/${name}.jwt ${token(`changed ${name}`).length}`));
    }
    await store.prints(/sweep 8,/);
    const troubles = store.lines.filter((line) => /^(warn|error|down)/.test(line));
    expect(troubles).toEqual([expect.stringMatching(/^warn not every folder can be watched/)]);
    expect(await store.end()).toBe(0);
  },
);

test('W5: without any watch changes are found soon, however rare the sweeps are to be', async (context) => {
  needsNamespaces(context);
  const directory = await OperatorDirectory.make(['A']);
  const command = openStore(directory.dir, NEVER_MS);
  const store = new StoreProcess('unshare', namespace('max_inotify_watches', 0, command));
  await store.prints(/[1-9]\d* not watched/);
  for (const content of ['changed', 'changed again']) {
    await directory.put('A', token(content));
    await store.prints(new RegExp(`read accounts/A/A.jwt ${token(content).length}$`, 'm'));
  }
  await directory.put('B', token('B'));
  await store.prints(/read accounts\/B\/B.jwt/);
  await writeFile(directory.path('op.jwt'), 'another operator');
  await store.prints(/^operator file 16$/m);
  expect(await store.end()).toBe(0);
});

test('W5: a folder that comes when all watches are used up is looked at soon all the same', async (context) => {
  needsNamespaces(context);
  const directory = await OperatorDirectory.make(['A']);
  const command = openStore(directory.dir, NEVER_MS);
  // The way to the store, the store, accounts/ and the directory of A; the operator's file is in one of these.
  const store = new StoreProcess('unshare', namespace('max_inotify_watches', 4, command));
  await store.prints(/^sweep 1, /m);
  await directory.put('B', token('B'));
  await store.prints(/^sweep \d+, [1-9]\d* not watched$/m);
  await directory.put('B', token('B changed'));
  await store.prints(new RegExp(`read accounts/B/B.jwt ${token('B changed').length}$`, 'm'));
  expect(await store.end()).toBe(0);
});

test('a process that has no descriptors left keeps what it has, says so once, and recovers', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `account-${i}`);
  const directory = await OperatorDirectory.make(names);
  const store = new StoreProcess('sh', ['-c', `ulimit -n 256 && ${openStore(directory.dir)}`]);
  await store.prints(/sweep 1, 0 not watched/);
  store.child.stdin.write('hog\n');
  await store.prints(/hoarding \d+/);
  await directory.put('account-0', token('changed'));
  await store.prints(/down .*too many open files/);
  store.child.stdin.write('free\n');
  await store.prints(/^up$/m);
  await store.prints(new RegExp(`read accounts/account-0/account-0.jwt ${token('changed').length}`));
  expect(store.lines.filter((line) => /^(gone|error|unreadable)/.test(line))).toEqual([]);
  expect(store.lines.filter((line) => line.startsWith('down')).length).toBe(1);
  expect(await store.end()).toBe(0);
});
