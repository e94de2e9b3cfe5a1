import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { atEnd } from './clean-up.js';
import { describeWith, findProgram, GO_ACCOUNT_SERVER, PROJECT_ROOT, testWith } from './real-program.js';
import { ServerLog } from './server-log.js';

/** The path of the archived Go account server, if it is there: env NATS_ACCOUNT_SERVER_GO, `../shared/bin`. */
export function findGoAccountServer(): string | undefined {
  return findProgram(GO_ACCOUNT_SERVER);
}

/** A `describe` that needs the Go account server; see `describeWith`. */
export function describeWithGoAccountServer(name: string, body: (binary: string) => void): void {
  describeWith(GO_ACCOUNT_SERVER, name, body);
}

/** A `test` that needs the Go account server; see `testWith`. */
export function testWithGoAccountServer(
  name: string,
  body: (binary: string) => Promise<void> | void,
  timeoutMs?: number,
): void {
  testWith(GO_ACCOUNT_SERVER, name, body, timeoutMs);
}

/** An account server, be it the Go one or ours: both take the same flags and say the same when they are up. */
export interface AccountServer {
  /** `http://127.0.0.1:PORT`, or https. */
  readonly url: string;
  readonly log: ServerLog;
  /** SIGINT, which the Go server ends on gracefully. @returns the exit code */
  end(): Promise<number | null>;
}

/** Starts the Go account server and resolves when it listens; name 127.0.0.1 with `-hp`. It ends with the test. */
export function startGoAccountServer(binary: string, args: readonly string[]): Promise<AccountServer> {
  return startProgram(binary, args);
}

/** Starts ours from the sources, with nothing but these arguments. */
export function startOurAccountServer(args: readonly string[]): Promise<AccountServer> {
  return startProgram(process.execPath, ['--import', 'tsx', join(PROJECT_ROOT, 'src/main.ts'), ...args]);
}

async function startProgram(program: string, args: readonly string[]): Promise<AccountServer> {
  const child = spawn(program, args, { cwd: PROJECT_ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = new ServerLog(child.stderr);
  log.follow(child.stdout);
  atEnd(() => void child.kill('SIGKILL'));
  const [, scheme, port] = await log.waitFor(/(https?) listening on port (\d+)/);
  return { url: `${scheme}://127.0.0.1:${port}`, log, end: () => end(child) };
}

async function end(child: ChildProcess): Promise<number | null> {
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill('SIGINT');
  return (await exited)[0];
}
