import { execFileSync } from 'node:child_process';
import { unlinkSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { OperatorFile } from '../../src/store/operator-file.js';
import { WatchedFile } from '../../src/store/watched-file.js';
import { KeptLog } from '../support/accounts.js';
import { tempDir } from '../support/temp.js';
import { KeptListener } from './kept-listener.js';
import { WAYS } from './opened.js';

describe.each(WAYS)('an operator JWT in a file of its own, noticed $way', ({ watch, sweepMs }) => {
  async function open(path: string) {
    const listener = new KeptListener();
    const file = new OperatorFile({ path, watch, sweepMs, log: new KeptLog() });
    onTestFinished(() => file.close());
    await file.start(listener);
    const holds = (text: string): Promise<void> =>
      listener.until(`${text} is read`, () => listener.operators.at(-1) === text);
    return { file, listener, holds };
  }

  test('edits in place and replacement by rename', async () => {
    const path = join(tempDir(), 'op.jwt');
    await writeFile(path, 'one');
    const { holds, listener } = await open(path);
    expect(listener.operators).toEqual(['one']);
    await writeFile(path, 'two');
    await holds('two');
    await writeFile(`${path}.new`, 'three');
    await rename(`${path}.new`, path);
    await holds('three');
    await writeFile(path, 'four');
    await holds('four');
    expect(listener.operators).toEqual(['one', 'two', 'three', 'four']);
    expect(listener.operatorProblems).toEqual([]);
  });

  test('it vanishes and returns, with its folder too', async () => {
    const folder = join(tempDir(), 'conf');
    const path = join(folder, 'op.jwt');
    await mkdir(folder);
    await writeFile(path, 'one');
    const { holds, listener } = await open(path);
    await unlink(path);
    await listener.heard('operator unreadable');
    expect(listener.operatorProblems).toEqual([`${path}: does not exist`]);
    await writeFile(path, 'two');
    await holds('two');
    await rm(folder, { recursive: true });
    await listener.heard('operator unreadable', 2);
    await mkdir(folder);
    await writeFile(path, 'three');
    await holds('three');
  });

  test('its folder is replaced by another one', async () => {
    const dir = tempDir();
    for (const [folder, text] of [
      ['conf', 'one'],
      ['conf.new', 'two'],
    ] as const) {
      await mkdir(join(dir, folder));
      await writeFile(join(dir, folder, 'op.jwt'), text);
    }
    const { holds } = await open(join(dir, 'conf', 'op.jwt'));
    await rename(join(dir, 'conf'), join(dir, 'conf.old'));
    await rename(join(dir, 'conf.new'), join(dir, 'conf'));
    await holds('two');
    await writeFile(join(dir, 'conf', 'op.jwt'), 'three');
    await holds('three');
  });

  test('a link that is switched, and a Kubernetes swap', async () => {
    const dir = tempDir();
    for (const [version, text] of [
      ['..1', 'one'],
      ['..2', 'two'],
    ] as const) {
      await mkdir(join(dir, version));
      await writeFile(join(dir, version, 'op.jwt'), text);
    }
    await symlink('..1', join(dir, '..data'));
    await symlink('..data/op.jwt', join(dir, 'op.jwt'));
    const { holds, listener } = await open(join(dir, 'op.jwt'));
    expect(listener.operators).toEqual(['one']);
    await symlink('..2', join(dir, '..data_tmp'));
    await rename(join(dir, '..data_tmp'), join(dir, '..data'));
    await holds('two');
  });

  test('removed and written again at once, it was never missing', async () => {
    const path = join(tempDir(), 'op.jwt');
    await writeFile(path, 'one');
    const { holds, listener } = await open(path);
    // At once, so that no timer of the store comes between the end of a pause and the writing.
    unlinkSync(path);
    await delay(40);
    writeFileSync(path, '');
    await delay(40);
    writeFileSync(path, 'two');
    await holds('two');
    expect(listener.operatorProblems).toEqual([]);
    expect(listener.operators).toEqual(['one', 'two']);
  });
});

describe('what is no file', () => {
  test.each(['missing', 'fifo', 'directory'])(
    '%s is described at the start, once, and does not stall',
    async (what) => {
      const dir = tempDir();
      const path = join(dir, 'op.jwt');
      if (what === 'fifo') execFileSync('mkfifo', [path]);
      if (what === 'directory') await mkdir(path);
      const problems: string[] = [];
      const read: Uint8Array[] = [];
      const file = new WatchedFile({
        path,
        watch: false,
        sweepMs: 10,
        log: new KeptLog(),
        onRead: (bytes) => read.push(bytes),
        onUnreadable: (problem) => problems.push(problem),
      });
      onTestFinished(() => file.close());
      await file.start();
      expect(problems[0]).toMatch(
        { missing: /does not exist/, fifo: /is a FIFO/, directory: /is a directory/ }[what] ?? /never/,
      );
      await delay(50);
      expect(problems.length).toBe(1);
      await rm(path, { recursive: true, force: true });
      await writeFile(path, 'good');
      await expect.poll(() => read.map((bytes) => Buffer.from(bytes).toString())).toEqual(['good']);
    },
  );
});

test('reread reports what has not changed', async () => {
  const path = join(tempDir(), 'op.jwt');
  await writeFile(path, 'one');
  const listener = new KeptListener();
  const file = new OperatorFile({ path, watch: false, sweepMs: 600_000, log: new KeptLog() });
  onTestFinished(() => file.close());
  await file.start(listener);
  await file.reread();
  expect(listener.operators).toEqual(['one', 'one']);
});
