import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readRegularFile } from '../../src/store/file-reading.js';
import { tempDir } from '../support/temp.js';

test.each([
  { agedMs: 50, fresh: true },
  { agedMs: 150, fresh: false },
])(
  'a file that is $agedMs ms old when it is read is fresh: $fresh, however late the answer comes',
  async ({ agedMs, fresh }) => {
    const path = join(tempDir(), 'file');
    await writeFile(path, 'one');
    const { ctimeMs } = await stat(path);
    vi.useFakeTimers({ toFake: ['Date'], now: ctimeMs + agedMs });
    onTestFinished(() => void vi.useRealTimers());
    const reading = readRegularFile(path, 'refuse');
    // From here on another change would not leave the same times, but it may have come before the bytes were read.
    vi.setSystemTime(ctimeMs + 5000);
    expect(await reading).toMatchObject({ kind: 'file', fresh });
  },
);
