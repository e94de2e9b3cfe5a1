import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { atEnd } from './clean-up.js';
import { STRACE, testWith } from './real-program.js';
import { tempDir } from './temp.js';

/** strace at work on a process. */
export interface Trace {
  /** The traced calls up to now, a line each, `pid call(arguments) = result`; descriptors carry their paths. */
  lines(): string[];
  /** Resolves when strace has ended, as it does when the process has. */
  readonly ended: Promise<void>;
  /** Lets the process run on untraced. */
  detach(): Promise<void>;
}

/** A `test` that traces processes; see `testWith`. Where tracing is forbidden, that counts as absence of strace. */
export function testWithStrace(
  name: string,
  body: (strace: string) => Promise<void>,
  timeoutMs?: number,
): void {
  testWith(
    STRACE,
    name,
    async (strace) => {
      const { status, stderr } = spawnSync(strace, ['-o', '/dev/null', 'true'], { encoding: 'utf8' });
      expect(status, `strace cannot trace here: ${stderr}`).toBe(0);
      await body(strace);
    },
    timeoutMs,
  );
}

/**
 * Traces all threads of a process from now on.
 * @param how what to trace and what to inject: `['-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO']`
 * @throws Error with what strace said when it could not attach
 */
export async function traceProcess(strace: string, pid: number, how: readonly string[]): Promise<Trace> {
  const file = join(tempDir('nas-trace-'), 'calls');
  const child = spawn(strace, ['-f', '-y', '-s', '64', '-o', file, ...how, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  atEnd(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close').then(() => undefined);
  let said = '';
  await new Promise<void>((attached, fail) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/attached/.test(said)) attached();
    });
    void ended.then(() => fail(new Error(`strace did not attach: ${said}`)));
  });
  return {
    lines: () => joined(readFileSync(file, 'utf8').split('\n')),
    ended,
    detach: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

const UNFINISHED = /^(\d+) +(.*?) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/;

/** Puts the two halves of calls that were interrupted by another thread together, at the place of the second half. */
function joined(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, pid = '', head] = UNFINISHED.exec(line) ?? [];
    if (head !== undefined) {
      begun.set(pid, `${pid} ${head}`);
      return [];
    }
    const [, resumed = '', rest] = RESUMED.exec(line) ?? [];
    if (rest === undefined) return line === '' ? [] : [line];
    return [`${begun.get(resumed) ?? resumed}${rest}`];
  });
}
