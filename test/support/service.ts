import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from './clean-up.js';
import { freePort } from './free-ports.js';
import { PROJECT_ROOT } from './real-program.js';
import { ServerLog } from './server-log.js';

const START_TIMEOUT_MS = 40_000;

/** How to start the program; see {@link startService}. */
export interface ServiceChoices {
  readonly env?: NodeJS.ProcessEnv;
  /** The port of a service that was killed, to come back on; any free one unless given. */
  readonly port?: number;
  /** A program that ends by executing the rest of its arguments in its own place: `['taskset', '1']`. */
  readonly under?: readonly string[];
}

/** The program as users install it, in a process of its own. */
export interface Service {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** From the start of the process until it listened. */
  readonly readyMs: number;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  log(): string;
  waitForLog(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** Resident memory in megabytes. */
  memory(): number;
  /** Time that it has spent on processors up to now, in milliseconds, to some ten: how busy the machine is does not count. */
  cpuMs(): number;
}

/**
 * Starts the built program, which is what faults and load are tried on: it starts in a third of the time that the sources
 * take, and nothing else runs in its process. It is killed at the end of the test.
 * @throws Error when it is not built, or does not listen in time
 */
export async function startService(args: readonly string[], choices: ServiceChoices = {}): Promise<Service> {
  const port = choices.port ?? (await freePort());
  const child = launch(['--listen', `127.0.0.1:${port}`, '--log-format', 'json', ...args], choices);
  const startedMs = performance.now();
  const log = new ServerLog(child.stderr);
  log.follow(child.stdout);
  const exit = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const early = exit.then(({ code }) => Promise.reject(new Error(`it ended with ${code}:\n${log.text}`)));
  const [, url = ''] = await Promise.race([log.waitFor(/"url":"(http[^"]+)"/, START_TIMEOUT_MS), early]);
  const pid = child.pid ?? -1;
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    readyMs: performance.now() - startedMs,
    exit,
    log: () => log.text,
    waitForLog: (pattern, timeoutMs) => log.waitFor(pattern, timeoutMs),
    kill: (signal) => void child.kill(signal),
    memory: () => residentMegabytes(pid),
    cpuMs: () => spentMs(pid),
  };
}

let isBuilt: boolean | undefined;

/** Whether dist is what the sources say: looked at once, since a test run is about one state of the sources. */
function built(): boolean {
  isBuilt ??= spawnSync(process.execPath, [join(PROJECT_ROOT, 'scripts/setup.mjs'), '--check']).status === 0;
  return isBuilt;
}

/** Resident memory of a process in megabytes. */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

/** User and system time of all threads (proc_pid_stat(5)), which Linux tells programs in hundredths of a second. */
function spentMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

function launch(args: readonly string[], { env, under = [] }: ServiceChoices) {
  if (!built()) throw new Error('dist/ is not up to date: run `node scripts/setup.mjs`');
  const [program = '', ...all] = [...under, process.execPath, join(PROJECT_ROOT, 'dist/main.js'), ...args];
  const child = spawn(program, all, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  atEnd(() => end(child));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
