import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const RUN = promisify(execFile);
const MODULE = join(import.meta.dirname, '../../src/cli/optimizing.ts');
/** Enough work for V8's own budget, and not for ours. */
const WORK = `
  function worked() { let sum = 0; for (let i = 0; i < 100; i++) sum += i; return sum; }
  for (let i = 0; i < 300; i++) worked();
  await new Promise((resolve) => setTimeout(resolve, 50));
  worked();`;

/** Whether V8 optimized what was worked, and what it says to what it does not understand. */
async function optimized(prelude: string): Promise<{ worked: boolean; stderr: string }> {
  const args = ['--trace-opt', '--import', 'tsx', '--input-type=module', '-e', `${prelude}${WORK}`];
  const { stdout, stderr } = await RUN(process.execPath, args);
  return { worked: /completed optimizing [^\n]*worked/.test(stdout), stderr };
}

test('what runs for a moment is not optimized, where V8 would do that early', async () => {
  const late = `import { optimizeLate } from ${JSON.stringify(MODULE)}; optimizeLate(process.versions.v8);`;
  const [plain, ours] = await Promise.all([optimized(''), optimized(late)]);
  expect(ours).toEqual({ worked: false, stderr: '' });
  if (process.versions.v8.startsWith('11.')) expect(plain.worked).toBe(true);
});
