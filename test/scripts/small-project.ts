import { cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/real-program.js';
import { type Ended, runProgram } from '../support/run-program.js';
import { tempDir } from '../support/temp.js';

/** A project with this project's scripts, one local package, and a program of its own: it installs and builds fast. */
export interface SmallProject {
  readonly dir: string;
  /** Runs one of the scripts with node. */
  run(script: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Writes a file below the project. */
  write(path: string, text: string): void;
  read(path: string): string;
  /** Gives a file a modification time, in seconds from now. */
  date(path: string, seconds: number): void;
}

const TINY = { version: '1.0.0' };

/** What tests of scripts must not inherit: who runs them, and where a nats-server is. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NATS_SERVER: _, ...env } = process.env;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name)));
}

/** Makes the project in a temporary directory; `build` is a shell command that makes dist. */
export function smallProject(program: string, build = 'mkdir -p dist && cp src/main.js dist/'): SmallProject {
  const dir = tempDir('nas-project-');
  const project: SmallProject = {
    dir,
    run: (script, args = [], env = cleanEnvironment()) =>
      runProgram(process.execPath, [join(dir, 'scripts', script), ...args], { cwd: dir, env }),
    write: (path, text) => {
      mkdirSync(join(dir, path, '..'), { recursive: true });
      writeFileSync(join(dir, path), text);
    },
    read: (path) => readFileSync(join(dir, path), 'utf8'),
    date: (path, seconds) => {
      const time = Date.now() / 1000 + seconds;
      utimesSync(join(dir, path), time, time);
    },
  };
  const root = { name: 'small', version: '1.0.0', dependencies: { tiny: 'file:tiny' } };
  const packages = { '': root, 'node_modules/tiny': { resolved: 'tiny', link: true }, tiny: TINY };
  project.write('tiny/package.json', JSON.stringify({ name: 'tiny', ...TINY }));
  project.write('package.json', JSON.stringify({ ...root, type: 'module', scripts: { build } }));
  project.write('package-lock.json', JSON.stringify({ name: 'small', lockfileVersion: 3, packages }));
  project.write('tsconfig.json', '{}');
  project.write('tsconfig.build.json', '{}');
  project.write('src/main.js', program);
  cpSync(join(PROJECT_ROOT, 'scripts'), join(dir, 'scripts'), { recursive: true });
  return project;
}
