import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const RUN = promisify(execFile);
const MODULE = join(import.meta.dirname, '../../src/cli/engine.ts');
const WORKED = `
  function worked() { let sum = 0; for (let i = 0; i < 100; i++) sum += i; return sum; }`;
/** Enough work for V8's own budget, and not for ours. */
const WORK = `
  for (let i = 0; i < 300; i++) worked();
  await new Promise((resolve) => setTimeout(resolve, 50));
  worked();`;

/** Whether V8 optimized what was worked, and what it says to what it does not understand. */
async function optimized(prelude: string): Promise<{ worked: boolean; stderr: string }> {
  const { stdout, stderr } = await RUN(process.execPath, traced(`${prelude}${WORKED}${WORK}`));
  return { worked: isWorkedOptimized(stdout), stderr };
}

function traced(script: string): readonly string[] {
  return ['--trace-opt', '--import', 'tsx', '--input-type=module', '-e', script];
}

function isWorkedOptimized(trace: string): boolean {
  return /completed optimizing [^\n]*worked/.test(trace);
}

/** Newer versions of V8 are left as they are. */
const IS_EARLY = process.versions.v8.startsWith('11.3.');

test('what runs for a moment is not optimized, where V8 would do that early', async () => {
  const late = `import { tuneEngine } from ${JSON.stringify(MODULE)}; tuneEngine();`;
  const [plain, ours] = await Promise.all([optimized(''), optimized(late)]);
  expect(ours.stderr).toBe('');
  if (IS_EARLY) expect({ plain: plain.worked, ours: ours.worked }).toEqual({ plain: true, ours: false });
});

test('what runs after the start is optimized as V8 does by itself', async () => {
  const started = `
    import { tuneEngine } from ${JSON.stringify(MODULE)};
    tuneEngine(0);
    await new Promise((resolve) => setTimeout(resolve, 50));`;
  const { worked, stderr } = await optimized(started);
  expect(stderr).toBe('');
  if (IS_EARLY) expect(worked).toBe(true);
});

test('what ran during the start and goes on running is optimized', async () => {
  // The second time as often as the first: what V8 puts off, it would not look at again so soon.
  const started = `
    import { tuneEngine } from ${JSON.stringify(MODULE)};
    tuneEngine(20);
    ${WORKED}${WORK}
    console.log('started');
    ${WORK}`;
  const { stdout } = await RUN(process.execPath, traced(started));
  const [before = '', after = ''] = stdout.split('started');
  if (IS_EARLY) expect([before, after].map(isWorkedOptimized)).toEqual([false, true]);
});

/** By how many steps the main thread stands back, and the others do. */
async function priorities(...pinned: string[]): Promise<{ main: number; others: Set<number> }> {
  const script = `
    import { readdirSync, readFileSync } from 'node:fs';
    import { tuneEngine } from ${JSON.stringify(MODULE)};
    const NICE = 16;
    const nice = (thread) => Number(readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').split(') ')[1].split(' ')[NICE]);
    tuneEngine();
    const [main, ...others] = readdirSync('/proc/self/task').map(nice);
    console.log(JSON.stringify({ main, others }));`;
  const [program = '', ...args] = [...pinned, process.execPath];
  const { stdout } = await RUN(program, [...args, '--import', 'tsx', '--input-type=module', '-e', script]);
  const { main, others } = JSON.parse(stdout);
  return { main, others: new Set(others) };
}

describe.runIf(process.platform === 'linux')('threads of V8', () => {
  test('stand back where there is one core for all', async () => {
    const { main, others } = await priorities('taskset', '-c', '0');
    expect(main).toBe(0);
    expect(others).toContain(5);
  });

  test('stand back behind a process that stands back itself', async () => {
    const { main, others } = await priorities('nice', '-n', '3', 'taskset', '-c', '0');
    expect(main).toBe(3);
    expect(others).toContain(8);
  });

  test('do as they like where there are more', async () => {
    const { main, others } = await priorities();
    expect(main).toBe(0);
    expect([...others]).toEqual([availableParallelism() === 1 ? 5 : 0]);
  });
});
