import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { atEnd } from '../support/clean-up.js';
import { natsServerBinary } from '../support/nats-server.js';
import { PROJECT_ROOT } from '../support/real-program.js';
import { ServerLog } from '../support/server-log.js';

/** The program, with everything it prints. */
export interface Started {
  readonly child: ChildProcess;
  readonly output: ServerLog;
  /** Rejects with what was printed when the program ends; never resolves. */
  readonly earlyEnd: Promise<never>;
  /** Sends SIGTERM and waits. @returns the exit code */
  end(): Promise<number | null>;
}

const END_TIMEOUT_MS = 12_000;

/** By its full name, since the working directory is another. */
const TSX = import.meta.resolve('tsx');

/** Starts the program from its sources, as if by `npm start -- ARGS`, in a working directory of its own. */
export function start(workingDir: string, ...args: string[]): Started {
  const env = { ...process.env, NATS_SERVER: natsServerBinary(), npm_lifecycle_event: 'start' };
  const child = spawn(process.execPath, ['--import', TSX, join(PROJECT_ROOT, 'src/main.ts'), ...args], {
    cwd: workingDir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Not SIGKILL at once: a nats-server that it runs has to end with it.
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
    await exited;
    clearTimeout(killer);
  });
  const output = new ServerLog(child.stdout);
  output.follow(child.stderr);
  const earlyEnd = once(child, 'exit').then(([code]) => {
    throw new Error(`it has ended with ${code}:\n${output.text}`);
  });
  // Who has stopped waiting for something does not mind the end.
  earlyEnd.catch(() => undefined);
  return {
    child,
    output,
    earlyEnd,
    end: async () => {
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill('SIGTERM');
      return (await exited)[0];
    },
  };
}
