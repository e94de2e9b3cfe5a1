import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

/**
 * Runs a program to its end. Signals that end this process are passed on; the program decides when to go.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options] by default it shares the terminal of this process
 * @returns {Promise<number>} its exit code, 128 + number of the signal that ended it, or 127 when it cannot be run
 */
export async function runToEnd(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const forward = (signal) => child.kill(signal);
  process.on('SIGTERM', forward);
  // A terminal sends SIGINT to the whole group: the program has it already, so this process only waits.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  try {
    const [code, signal] = await once(child, 'exit');
    return code ?? 128 + constants.signals[signal];
  } catch (error) {
    if (error.code === 'ENOENT') return 127;
    throw error;
  } finally {
    process.off('SIGTERM', forward);
    process.off('SIGINT', ignore);
  }
}

/** Says on standard error what is being done, so that standard output stays the program's own. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Thrown for what a person has to mend: its message is all they need to see. */
export class SetupError extends Error {}

/**
 * Runs a script's main function; its result, if any, is the exit code. A {@link SetupError} is shown without a stack.
 * @param {() => Promise<number | void>} main
 */
export async function runScript(main) {
  try {
    const code = await main();
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
