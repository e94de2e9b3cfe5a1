import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SharedWatch } from '../../src/store/shared-watch.js';
import { tempDir } from '../support/temp.js';

test('one listener hears of every folder under its key, and of failures', async () => {
  const heard: string[] = [];
  let failures = 0;
  const watch = new SharedWatch({
    changed: (key, name) => heard.push(`${key} ${name}`),
    failed: () => failures++,
  });
  const dir = tempDir();
  const watchers = await Promise.all(
    ['a', 'b'].map(async (key) => {
      await mkdir(join(dir, key));
      return watch.begin(join(dir, key), key);
    }),
  );
  onTestFinished(() => {
    for (const watcher of watchers) watcher.close();
  });
  await writeFile(join(dir, 'a', 'one'), '');
  await writeFile(join(dir, 'b', 'two'), '');
  await expect.poll(() => new Set(heard)).toEqual(new Set(['a one', 'b two']));
  // As the watcher itself does when the system takes its watch away; without a listener it would be thrown.
  watchers[0]?.emit('error', new Error('gone'));
  expect(failures).toBe(1);
  watchers[0]?.close();
  await writeFile(join(dir, 'a', 'three'), '');
  await writeFile(join(dir, 'b', 'four'), '');
  await expect.poll(() => heard).toContain('b four');
  expect(heard).not.toContain('a three');
});

test('a watcher of a Node that has no such handles tells the same', async () => {
  const heard: string[] = [];
  let failures = 0;
  const listener = {
    changed: (key: string, name: string | null) => heard.push(`${key} ${name}`),
    failed: () => failures++,
  };
  const dir = tempDir();
  const watcher = new SharedWatch(listener, () => undefined).begin(dir, 'key');
  onTestFinished(() => watcher.close());
  await writeFile(join(dir, 'file'), '');
  await expect.poll(() => heard).toContain('key file');
  watcher.emit('error', new Error('gone'));
  expect(failures).toBe(1);
});

test('what cannot be watched is told at once', () => {
  const watch = new SharedWatch({ changed() {}, failed() {} });
  expect(() => watch.begin(join(tempDir(), 'missing'), 'key')).toThrow('ENOENT');
});
