import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atEnd } from '../support/clean-up.js';
import { cleanEnvironment, smallProject } from './small-project.js';

const PRINT_ARGUMENTS = 'console.log(JSON.stringify(process.argv.slice(2)));';

test('the first start installs and builds, the second does neither', async () => {
  const project = smallProject(PRINT_ARGUMENTS);
  const first = await project.run('start.mjs');
  expect(first).toMatchObject({ code: 0, stdout: '["demo"]\n' });
  expect(first.stderr).toMatch(/installing packages[\s\S]*building/);
  expect(await project.run('start.mjs')).toEqual({ code: 0, stdout: '["demo"]\n', stderr: '' });
});

test('what changed is built again, and what was removed too', async () => {
  const project = smallProject(PRINT_ARGUMENTS);
  project.write('src/other.js', '');
  await project.run('setup.mjs');
  project.write('src/main.js', 'console.log("new");');
  const changed = await project.run('start.mjs');
  expect(changed).toMatchObject({ stdout: 'new\n', stderr: expect.stringContaining('building') });
  expect(changed.stderr).not.toContain('installing');
  rmSync(join(project.dir, 'src/other.js'));
  expect((await project.run('setup.mjs')).stderr).toContain('building');
  expect((await project.run('setup.mjs')).stderr).toBe('');
});

test('a newer lockfile is installed', async () => {
  const project = smallProject(PRINT_ARGUMENTS);
  await project.run('setup.mjs');
  project.date('package-lock.json', 10);
  expect((await project.run('setup.mjs')).stderr).toContain('installing packages');
});

test('a build that fails is reported, and tried again next time', async () => {
  const project = smallProject(PRINT_ARGUMENTS, 'mkdir -p dist && cp src/main.js dist/ && test -e fixed');
  const failed = await project.run('start.mjs');
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toMatch(/error: npm run --silent build failed \(exit code 1\), see above\n$/);
  project.write('fixed', '');
  expect(await project.run('start.mjs')).toMatchObject({ code: 0, stdout: '["demo"]\n' });
});

test('packages that cannot be installed are reported without a stack', async () => {
  const project = smallProject(PRINT_ARGUMENTS);
  project.write('package-lock.json', 'no JSON');
  const ended = await project.run('start.mjs');
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(/error: npm ci .* failed \(exit code \d+\), see above\n$/);
});

test("arguments decide between the demo and a directory of one's own", async () => {
  const project = smallProject(PRINT_ARGUMENTS);
  await project.run('setup.mjs');
  const argumentsFor = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await project.run('start.mjs', args)).stdout);
  expect(await argumentsFor('--with-nats-server')).toEqual(['demo', '--with-nats-server']);
  expect(await argumentsFor('--nsc', 'a dir', '--read-only')).toEqual(['--nsc', 'a dir', '--read-only']);
  expect(await argumentsFor('inspect', '-')).toEqual(['inspect', '-']);
  expect(await argumentsFor('--help')).toEqual(['--help']);
});

test("exit code, standard input and signals are the program's own", async () => {
  const project = smallProject(
    'process.on("SIGTERM", () => process.exit(7)); process.stdin.pipe(process.stdout);',
  );
  await project.run('setup.mjs');
  const child = spawn(process.execPath, [join(project.dir, 'scripts/start.mjs')], {
    env: cleanEnvironment(),
  });
  atEnd(() => void child.kill('SIGKILL'));
  child.stdin.write('ready');
  expect(String((await once(child.stdout, 'data'))[0])).toBe('ready');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([7, null]);
});
