import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { atEnd } from './clean-up.js';

/** How a program ended. */
export interface Ended {
  /** The exit code; -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program gets besides its arguments. */
export interface RunChoices {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Text for its standard input; without it the input is empty. */
  readonly input?: string;
}

/** Runs a program to its end and keeps what it printed; never rejects because of an exit code. */
export async function runProgram(
  binary: string,
  args: readonly string[],
  choices: RunChoices = {},
): Promise<Ended> {
  const child = spawn(binary, args, { cwd: choices.cwd, env: choices.env ?? process.env, stdio: 'pipe' });
  atEnd(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A program may end without reading its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(choices.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, stdout, stderr };
}
