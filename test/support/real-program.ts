import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { executablesOnPath, isExecutable } from '../../src/demo/executables.js';

/** The directory of package.json. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A program of other people that some tests run for real. */
export interface RealProgram {
  /** For people: `nsc`. */
  readonly name: string;
  /** File name, on PATH and in `../shared/bin`. */
  readonly file: string;
  /** The environment variable that names the binary. */
  readonly variable: string;
  /** The environment variable that, set to 1, makes absence a failure. */
  readonly requiredBy: string;
  /** False when a program of that name on PATH would be another one. */
  readonly onPath: boolean;
}

/** NATS security CLI. */
export const NSC: RealProgram = {
  name: 'nsc',
  file: 'nsc',
  variable: 'NSC',
  requiredBy: 'REQUIRE_NSC',
  onPath: true,
};
/** The `nats` command line client. */
export const NATS_CLI: RealProgram = {
  name: 'nats (natscli)',
  file: 'nats',
  variable: 'NATS_CLI',
  requiredBy: 'REQUIRE_NATS_CLI',
  onPath: true,
};
/** The archived Go account server; not looked up on PATH, where its name would be ours. */
export const GO_ACCOUNT_SERVER: RealProgram = {
  name: 'nats-account-server (Go)',
  file: 'nats-account-server-go',
  variable: 'NATS_ACCOUNT_SERVER_GO',
  requiredBy: 'REQUIRE_NATS_ACCOUNT_SERVER_GO',
  onPath: false,
};
/** The tracer of system calls (Linux), which can also make them fail. */
export const STRACE: RealProgram = {
  name: 'strace',
  file: 'strace',
  variable: 'STRACE',
  requiredBy: 'REQUIRE_STRACE',
  onPath: true,
};

/**
 * Where a program is: its environment variable (which must then be right), PATH, `../shared/bin` beside the project.
 * @throws Error when the environment variable names no executable
 */
export function findProgram(program: RealProgram): string | undefined {
  const named = process.env[program.variable];
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`${program.variable}=${named} is no executable file`);
    return resolve(named);
  }
  const found = program.onPath ? executablesOnPath(program.file)[0] : undefined;
  if (found !== undefined) return found;
  const shared = resolve(PROJECT_ROOT, '../shared/bin', program.file);
  return isExecutable(shared) ? shared : undefined;
}

/** Why tests of a program do not run. */
export function absence(program: RealProgram): string {
  return `did not run: ${program.name} was not found (set ${program.variable}, or put it on PATH)`;
}

/**
 * A `describe` whose body gets the program's path. When the program is absent the tests do not run and say so; when
 * its `requiredBy` variable is 1 that is a failure.
 */
export function describeWith(program: RealProgram, name: string, body: (binary: string) => void): void {
  const binary = findProgram(program);
  if (binary !== undefined) {
    describe(name, () => body(binary));
    return;
  }
  describe(name, () => {
    test(`needs ${program.name}`, (context) => reportAbsence(program, name, context.skip));
  });
}

/** A `test` whose body gets the program's path; absence is treated as in {@link describeWith}. */
export function testWith(
  program: RealProgram,
  name: string,
  body: (binary: string) => Promise<void> | void,
  timeoutMs?: number,
): void {
  test(
    name,
    (context) => {
      const binary = findProgram(program);
      if (binary !== undefined) return body(binary);
      return reportAbsence(program, name, context.skip);
    },
    timeoutMs,
  );
}

function reportAbsence(program: RealProgram, name: string, skip: (note?: string) => void): void {
  const why = absence(program);
  if (process.env[program.requiredBy] === '1') throw new Error(`${why}; ${program.requiredBy}=1 requires it`);
  process.stderr.write(`"${name}" ${why}\n`);
  skip(why);
}
