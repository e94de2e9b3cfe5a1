import { fstatSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LateCloses } from '../../../src/store/saving/late-closes.js';
import { tempDir } from '../../support/temp.js';

/** An open file; tells whether it still is, whoever may have its descriptor by now. */
function openFile(): { readonly fd: number; isOpen(): boolean } {
  const path = join(tempDir(), 'A.jwt');
  writeFileSync(path, 'token');
  const fd = openSync(path, 'r');
  const { ino } = fstatSync(fd);
  const isOpen = () => {
    try {
      return fstatSync(fd).ino === ino;
    } catch {
      return false;
    }
  };
  return { fd, isOpen };
}

test('a file is not closed at once, but when somebody waits for the disk', async () => {
  const closes = new LateCloses();
  const [first, second] = [openFile(), openFile()];
  closes.add(first.fd);
  closes.add(second.fd);
  expect([first.isOpen(), second.isOpen()]).toEqual([true, true]);
  closes.closeNow();
  await expect.poll(() => first.isOpen() || second.isOpen()).toBe(false);
});

test('a file is closed soon when nobody does', async () => {
  const closes = new LateCloses();
  const [first, second] = [openFile(), openFile()];
  closes.add(first.fd);
  await expect.poll(() => first.isOpen()).toBe(false);
  closes.add(second.fd);
  await expect.poll(() => second.isOpen()).toBe(false);
});
