import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { tempDir } from './temp.js';

/** A wall clock that a test can set while a process looks at it. */
export interface SteppedClock {
  /** Environment for the process. */
  readonly env: NodeJS.ProcessEnv;
  /** Sets the clock of the process to so many seconds from ours. */
  step(seconds: number): void;
}

/** libfaketime for programs with threads: env LIBFAKETIME, or where Debian puts it. */
function findLibrary(): string | undefined {
  const named = process.env.LIBFAKETIME;
  if (named !== undefined && named !== '') return named;
  const roots = ['/usr/lib', ...folders('/usr/lib').map((folder) => join('/usr/lib', folder))];
  return roots
    .map((root) => join(root, 'faketime'))
    .filter((folder) => folders(folder).includes('libfaketimeMT.so.1'))
    .map((folder) => join(folder, 'libfaketimeMT.so.1'))[0];
}

function folders(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/**
 * A `test` with a clock for another process. Without libfaketime it does not run and says so; with
 * REQUIRE_LIBFAKETIME=1 that is a failure.
 */
export function testWithSteppedClock(
  name: string,
  body: (clock: SteppedClock) => Promise<void>,
  timeoutMs?: number,
): void {
  test(
    name,
    async (context) => {
      const library = findLibrary();
      if (library !== undefined) return body(steppedClock(library));
      const why = 'did not run: libfaketime was not found (set LIBFAKETIME, or install it)';
      if (process.env.REQUIRE_LIBFAKETIME === '1') throw new Error(why);
      process.stderr.write(`"${name}" ${why}\n`);
      context.skip(why);
    },
    timeoutMs,
  );
}

function steppedClock(library: string): SteppedClock {
  const file = join(tempDir('nas-clock-'), 'now');
  const step = (seconds: number): void => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  step(0);
  return {
    step,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      // Read at every look, and only the wall clock: that is what a step changes on a real machine as well.
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  };
}
