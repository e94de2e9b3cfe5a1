import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openNsc } from './opened.js';
import { OperatorDirectory, token } from './operator-directory.js';

/** Accounts that are none, by name, and what is said of them. */
const HOSTILE: Readonly<Record<string, RegExp>> = {
  fifo0: /FIFO/,
  fifo1: /FIFO/,
  fifo2: /FIFO/,
  fifo3: /FIFO/,
  fifo4: /FIFO/,
  socket: /socket/,
  sparse: /larger than a token can be: 6442450944 bytes/,
  directory: /is a directory/,
  loop: /cannot be followed/,
  proc: /leads out of the store/,
  procfile: /leads out of the store/,
};

async function fillWithHostileThings(directory: OperatorDirectory): Promise<void> {
  const file = (name: string): string => directory.path(directory.slot(name));
  for (const name of Object.keys(HOSTILE)) {
    if (name !== 'loop' && name !== 'proc') await mkdir(dirname(file(name)), { recursive: true });
  }
  execFileSync(
    'mkfifo',
    [0, 1, 2, 3, 4].map((i) => file(`fifo${i}`)),
  );
  const server = createServer().listen(file('socket'));
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  await writeFile(file('sparse'), '');
  await truncate(file('sparse'), 6 * 1024 ** 3);
  await mkdir(file('directory'));
  await symlink('loop', directory.path('accounts/loop'));
  await symlink('/proc', directory.path('accounts/proc'));
  await symlink('/proc/self/mem', file('procfile'));
  await symlink('nowhere', directory.path('accounts/dangling'));
  await mkdir(Buffer.concat([Buffer.from(directory.path('accounts/')), Buffer.from([0x6d, 0xfc, 0x6c])]));
}

describe('W1: a folder full of traps', () => {
  test('stops nothing: ready at once, the rest is read, one report each, no memory', async () => {
    const directory = await OperatorDirectory.make(['A', 'B']);
    await fillWithHostileThings(directory);
    const rssBefore = process.memoryUsage.rss();
    const startedAt = performance.now();
    const { listener } = await openNsc(directory.dir, { watch: false, sweepMs: 30 });
    // A FIFO that is opened would stall it for ever.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect([...listener.texts.keys()].sort()).toEqual([directory.slot('A'), directory.slot('B')]);
    for (let i = 0; i < 3; i++) await listener.sweptAnew();
    for (const [name, words] of Object.entries(HOSTILE)) {
      expect(listener.problems.get(directory.slot(name)), name).toMatch(words);
      expect(listener.count(`unreadable ${directory.slot(name)}`), name).toBe(1);
    }
    expect(listener.problems.size).toBe(Object.keys(HOSTILE).length + 1);
    expect([...listener.problems.values()].filter((problem) => problem.includes('not UTF-8')).length).toBe(1);
    // The sparse file is thirty times as large.
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(200 * 1024 ** 2);
    // And the rest goes on being looked at.
    await directory.put('A', token('changed'));
    await listener.until(
      'the change is read',
      () => listener.texts.get(directory.slot('A')) === token('changed'),
    );
  });

  test('watched, traps that appear later stop nothing either', async () => {
    const directory = await OperatorDirectory.make(['A']);
    const { listener } = await openNsc(directory.dir);
    await fillWithHostileThings(directory);
    await directory.put('A', token('changed'));
    await listener.until(
      'the change is read',
      () => listener.texts.get(directory.slot('A')) === token('changed'),
    );
    await listener.until(
      'all traps are reported',
      () => listener.problems.size >= Object.keys(HOSTILE).length,
    );
  });

  test('what may not be read is reported once, and read when it may', async () => {
    const directory = await OperatorDirectory.make(['A', 'B', 'C']);
    await chmod(dirname(directory.dir), 0o755);
    await chmod(directory.path(directory.slot('A')), 0o000);
    await chmod(directory.path('accounts/B'), 0o000);
    const back = dropRoot();
    const { listener } = await openNsc(directory.dir, { watch: false, sweepMs: 30 });
    await listener.sweptAnew();
    expect([...listener.problems.keys()].sort()).toEqual([directory.slot('A'), directory.slot('B')]);
    expect(listener.problems.get(directory.slot('A'))).toMatch(/permission denied/);
    expect(listener.count(`unreadable ${directory.slot('A')}`)).toBe(1);
    back();
    await chmod(directory.path(directory.slot('A')), 0o600);
    await chmod(directory.path('accounts/B'), 0o700);
    await listener.heard(`read ${directory.slot('A')}`);
    await listener.heard(`read ${directory.slot('B')}`);
  });
});

/** Root may read everything: such a test becomes nobody for a while. */
function dropRoot(): () => void {
  if (process.getuid?.() !== 0 || process.seteuid === undefined) return () => {};
  const seteuid = process.seteuid.bind(process);
  seteuid(65534);
  const back = (): void => seteuid(0);
  onTestFinished(back);
  return back;
}

describe('more events than the system keeps', () => {
  test('W4: 20,000 renames in one folder do not hide a change in the next one', async () => {
    const directory = await OperatorDirectory.make(['noisy', 'quiet']);
    const { listener } = await openNsc(directory.dir, { sweepMs: 1000 });
    const [one, other] = [directory.path('accounts/noisy/one'), directory.path('accounts/noisy/other')];
    await writeFile(one, '');
    for (let i = 0; i < 10_000; i++) {
      renameSync(one, other);
      renameSync(other, one);
    }
    writeFileSync(directory.path(directory.slot('quiet')), token('changed'));
    const sweeps = listener.sweeps.length;
    await listener.until(
      'the change is read',
      () => listener.texts.get(directory.slot('quiet')) === token('changed'),
    );
    // One may have been under way.
    expect(listener.sweeps.length - sweeps).toBeLessThanOrEqual(2);
  });

  test('W9: a checkout that replaces 1,000 accounts is reported once each', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `account-${i}`);
    const directory = await OperatorDirectory.make(names);
    const { listener } = await openNsc(directory.dir);
    for (const name of names) {
      await writeFile(directory.path('accounts', name, '.lock'), token(`new ${name}`));
      await rename(directory.path('accounts', name, '.lock'), directory.path(directory.slot(name)));
    }
    await listener.until('all are read', () =>
      names.every((name) => listener.texts.get(directory.slot(name)) === token(`new ${name}`)),
    );
    expect(listener.calls.filter((call) => call.startsWith('read')).length).toBe(2000);
    expect(listener.calls.filter((call) => /gone|down/.test(call))).toEqual([]);
  });
});
