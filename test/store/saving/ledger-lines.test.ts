import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LedgerLines, NameLost } from '../../../src/store/saving/ledger-lines.js';
import type { OpenLedger } from '../../../src/store/state/handed-entries.js';
import { tempDir } from '../../support/temp.js';

let serial = 0;

function opened(path: string, flags: string | number = 'a'): OpenLedger {
  const descriptor = openSync(path, flags, 0o600);
  onTestFinished(() => closeSync(descriptor));
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  return { serial: ++serial, descriptor, path, dev, ino };
}

test('what is added stands in the file, in the order in which it was added', async () => {
  const path = join(tempDir(), 'ledger');
  const [file, lines] = [opened(path), new LedgerLines()];
  const texts = Array.from({ length: 50 }, (_, i) => `line ${i}\n`);
  await Promise.all(texts.map((text) => lines.add(file, text)));
  expect(readFileSync(path, 'latin1')).toBe(texts.join(''));
});

test('who adds nothing waits for what was added before', async () => {
  const path = join(tempDir(), 'ledger');
  const [file, lines] = [opened(path), new LedgerLines()];
  void lines.add(file, 'one\n');
  await lines.add(file, '');
  expect(readFileSync(path, 'latin1')).toBe('one\n');
});

test('a file that has lost its name is found out, also by those who come later', async () => {
  const path = join(tempDir(), 'ledger');
  const [file, lines] = [opened(path), new LedgerLines()];
  renameSync(path, `${path}.taken`);
  await expect(lines.add(file, 'one\n')).rejects.toBeInstanceOf(NameLost);
  await expect(lines.add(file, 'two\n')).rejects.toBeInstanceOf(NameLost);
});

describe('a sync that fails', () => {
  /** Takes what is written and cannot be synced (fsync(2): EINVAL). */
  function fifo(): OpenLedger {
    const path = join(tempDir(), 'fifo');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    return opened(path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  test('fails for those who waited for it, and is never tried again', async () => {
    const [file, lines] = [fifo(), new LedgerLines()];
    const both = [lines.add(file, 'one\n'), lines.add(file, 'two\n')];
    for (const each of both) await expect(each).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(lines.add(file, 'three\n')).rejects.toMatchObject({ code: 'EINVAL' });
    const written = Buffer.alloc(100);
    expect(written.toString('latin1', 0, readSync(file.descriptor, written))).toBe('one\ntwo\n');
  });

  test('has no bearing on another file', async () => {
    const lines = new LedgerLines();
    await expect(lines.add(fifo(), 'one\n')).rejects.toMatchObject({ code: 'EINVAL' });
    const path = join(tempDir(), 'ledger');
    await lines.add(opened(path), 'one\n');
    expect(readFileSync(path, 'latin1')).toBe('one\n');
  });
});
