import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type App, startApp } from '../../src/app.js';
import { parseArgs } from '../../src/cli/args.js';
import { loadConfig } from '../../src/config/load.js';
import type { Config } from '../../src/config/schema.js';
import { describeProblem } from '../../src/config/source.js';
import { KeptLog } from './accounts.js';
import { atEnd } from './clean-up.js';
import { freePort } from './free-ports.js';
import { ServerLog } from './server-log.js';

/** The configuration that a command line gives. */
export function configOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): Config {
  const parsed = parseArgs(args, '0');
  if (parsed.kind !== 'run') throw new Error(`not a command line to serve with: ${args.join(' ')}`);
  const { flags, configFile } = parsed.invocation;
  const loaded = loadConfig({ flags, env, file: configFile });
  if (!loaded.ok) throw new Error(loaded.problems.map(describeProblem).join('\n'));
  return loaded.config;
}

/** For requests on a connection of their own: on closing, one that is kept is given time for its next request. */
export const LAST = { connection: 'close' } as const;

/** The whole service in this process. */
export interface TestApp {
  readonly app: App;
  readonly log: KeptLog;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** `GET /jwt/v1/accounts/<key>`: the token, or undefined for 404. */
  account(key: string): Promise<string | undefined>;
  push(key: string, jwt: string): Promise<Response>;
  close(): Promise<void>;
}

/** Builds and starts the whole service in this process on a free port; it ends with the test. */
export async function build(...args: string[]): Promise<TestApp> {
  const log = new KeptLog();
  const listen = ['--listen', `127.0.0.1:${await freePort()}`];
  const app = await startApp(configOf([...listen, ...args]), { log, version: 'test' });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= app.close();
    return closed;
  };
  atEnd(close);
  const { url } = app.address;
  return {
    app,
    log,
    url,
    account: (key) => fetchAccount(url, key),
    push: (key, body) => fetch(`${url}/jwt/v1/accounts/${key}`, { method: 'POST', body, headers: LAST }),
    close,
  };
}

/** The service as a process of its own, as a user runs it. */
export interface TestProcess {
  readonly url: string;
  readonly pid: number;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  log(): string;
  waitForLog(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  account(key: string): Promise<string | undefined>;
}

const ROOT = join(import.meta.dirname, '../..');

/** Runs the command line in a process of its own, from the sources; it is killed at the end of the test. */
export function spawnCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'src/main.ts'), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}

/** Starts the service in a process of its own and waits until it listens. */
export async function spawnApp(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<TestProcess> {
  const listen = ['--listen', `127.0.0.1:${await freePort()}`];
  const child = spawnCli([...listen, '--log-format', 'json', ...args], env);
  const log = new ServerLog(child.stderr);
  log.follow(child.stdout);
  const exit = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const [, url = ''] = await log.waitFor(/"url":"(http[^"]+)"/);
  return {
    url,
    pid: child.pid ?? -1,
    exit,
    log: () => log.text,
    waitForLog: (pattern, timeoutMs) => log.waitFor(pattern, timeoutMs),
    kill: (signal) => void child.kill(signal),
    account: (key) => fetchAccount(url, key),
  };
}

async function fetchAccount(url: string, key: string): Promise<string | undefined> {
  const response = await fetch(`${url}/jwt/v1/accounts/${key}`, { headers: LAST });
  const text = await response.text();
  return response.status === 200 ? text : undefined;
}
