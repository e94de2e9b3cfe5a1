import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Accounts } from './accounts.js';
import type { Contender } from './contenders.js';
import { pinned } from './cores.js';

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 5;
const PROBE = '/jwt/v1/accounts/';

/** A started contender that answers. */
export interface RunningServer {
  readonly name: string;
  readonly port: number;
  /** From the start of the process to the first 200 for nats-server's probe. */
  readonly readyMs: number;
  /** Resident memory in megabytes: now, and the most so far. */
  memory(): { readonly now: number; readonly most: number };
  /** Processor time used so far, in seconds. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Starts a contender on a free port of 127.0.0.1 and on the core of servers, and waits until it answers. */
export async function startServer(contender: Contender, accounts: Accounts): Promise<RunningServer> {
  const port = await freePort();
  return startCommand(contender.name, contender.command(accounts, port), port);
}

/** Starts a program that listens on this port, likewise. */
export async function startCommand(
  name: string,
  command: readonly string[],
  port: number,
): Promise<RunningServer> {
  const [program = '', ...args] = pinned('server', command);
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const complaints: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  await untilReady(child, port, () => `${name} is not ready:\n${complaints.join('')}`);
  return {
    name,
    port,
    readyMs: performance.now() - startedAt,
    memory: () => memoryOf(child),
    cpuSeconds: () => cpuSecondsOf(child),
    stop: () => stop(child),
  };
}

async function untilReady(child: ChildProcess, port: number, describe: () => string): Promise<void> {
  const giveUpAt = performance.now() + READY_TIMEOUT_MS;
  while ((await probe(port)) !== 200) {
    if (child.exitCode !== null || performance.now() > giveUpAt) throw new Error(describe());
    await sleep(POLL_MS);
  }
}

/** The status of the probe; 0 while nobody answers. */
function probe(port: number): Promise<number> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: PROBE, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', () => resolve(0));
  });
}

/** A port of 127.0.0.1 that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return address.port;
}

/** `taskset` becomes the program it runs, so the child's process id is the server's. */
function memoryOf(child: ChildProcess): { now: number; most: number } {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024;
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM') };
}

/** The kernel counts in hundredths of a second for programs (USER_HZ, on every architecture of Linux). */
function cpuSecondsOf(child: ChildProcess): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  // The second field, a name in parentheses, may hold blanks; the user and system times are the 14th and 15th.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
