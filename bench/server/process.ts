import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinned } from './cores.js';
import { cpuSecondsOf, type Memory, memoryOf } from './costs.js';

const READY_TIMEOUT_MS = 180_000;
const POLL_MS = 5;
const PROBE = '/jwt/v1/accounts/';

/** A started program that answers. */
export interface RunningServer {
  readonly name: string;
  readonly port: number;
  /** From the start of the process to the first 200 for nats-server's probe. */
  readonly readyMs: number;
  /** Processor time used until then, in seconds. */
  readonly readyCpuSeconds: number;
  memory(): Memory;
  /** Processor time used so far, in seconds. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Ends at once whatever still runs. */
export function killServers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts a program that listens on this port of 127.0.0.1, on the core of servers, and waits until it answers. */
export async function startCommand(
  name: string,
  command: readonly string[],
  port: number,
): Promise<RunningServer> {
  const [program = '', ...args] = pinned('server', command);
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const complaints: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  await untilReady(child, port, () => `${name} is not ready:\n${complaints.join('')}`);
  // `taskset` becomes the program it runs, so the child's process id is the server's.
  const pid = child.pid ?? 0;
  return {
    name,
    port,
    readyMs: performance.now() - startedAt,
    readyCpuSeconds: cpuSecondsOf(pid),
    memory: () => memoryOf(pid),
    cpuSeconds: () => cpuSecondsOf(pid),
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

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
