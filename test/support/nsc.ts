import { join } from 'node:path';
import { describeWith, findProgram, NSC, testWith } from './real-program.js';
import { type Ended, runProgram } from './run-program.js';
import { tempDir } from './temp.js';

/** The path of a real nsc, if there is one: env NSC, PATH, `../shared/bin`. */
export function findNsc(): string | undefined {
  return findProgram(NSC);
}

/** A `describe` that needs a real nsc; see `describeWith`. */
export function describeWithNsc(name: string, body: (nsc: string) => void): void {
  describeWith(NSC, name, body);
}

/** A `test` that needs a real nsc; see `testWith`. */
export function testWithNsc(
  name: string,
  body: (nsc: string) => Promise<void> | void,
  timeoutMs?: number,
): void {
  testWith(NSC, name, body, timeoutMs);
}

/** The three directories that nsc works in. */
export interface NscDirs {
  readonly configDir: string;
  /** The stores root: operator directories stand in it. */
  readonly storesDir: string;
  readonly keysDir: string;
}

/** An nsc with directories of its own: never the user's. */
export interface NscHome extends NscDirs {
  /** The directory of an operator: what `--nsc` takes. */
  operatorDir(operator: string): string;
  /** Where nsc puts a user's creds. */
  credsFile(operator: string, account: string, user: string): string;
  /** Runs nsc; the result tells how it ended. */
  run(...args: string[]): Promise<Ended>;
  /** As {@link run}, but a non-zero exit code throws with what nsc printed. */
  ok(...args: string[]): Promise<Ended>;
}

/**
 * An isolated nsc environment, in a temporary directory unless `dirs` names existing ones.
 * @throws Error when there is no nsc: use it inside `testWithNsc` or `describeWithNsc`
 */
export function nscHome(dirs: Partial<NscDirs> = {}): NscHome {
  const nsc = findNsc();
  if (nsc === undefined) throw new Error('nscHome() needs a real nsc: use testWithNsc or describeWithNsc');
  const base = tempDir('nas-nsc-');
  const configDir = dirs.configDir ?? join(base, 'config');
  const storesDir = dirs.storesDir ?? join(base, 'stores');
  const keysDir = dirs.keysDir ?? join(base, 'keys');
  const where = ['--config-dir', configDir, '--data-dir', storesDir, '--keystore-dir', keysDir];
  // HOME too, so that a mistake here cannot reach the user's own directories; no git files in the keystore.
  const env = { PATH: process.env.PATH, HOME: base, NSC_NO_GIT_IGNORE: 'true' };
  const run = (...args: string[]): Promise<Ended> => runProgram(nsc, [...args, ...where], { env, cwd: base });
  return {
    configDir,
    storesDir,
    keysDir,
    operatorDir: (operator) => join(storesDir, operator),
    credsFile: (operator, account, user) => join(keysDir, 'creds', operator, account, `${user}.creds`),
    run,
    ok: async (...args) => {
      const ended = await run(...args);
      if (ended.code !== 0)
        throw new Error(`nsc ${args.join(' ')} ended with ${ended.code}:\n${ended.stderr}`);
      return ended;
    },
  };
}
