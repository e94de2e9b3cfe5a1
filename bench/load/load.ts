import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pinned } from '../cores.js';

/** How a server is asked. */
export interface LoadChoices {
  readonly port: number;
  /** One path a line; each request takes a random one. */
  readonly pathsFile: string;
  readonly connections: number;
  readonly seconds: number;
  /** A connection for every request, as nats-servers of old versions do. */
  readonly newConnections: boolean;
}

/** What came of it. */
export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 200, broken connections, time-outs. */
  readonly failures: number;
}

/** A program that asks. */
export interface LoadGenerator {
  readonly name: string;
  readonly command: (choices: LoadChoices) => readonly string[];
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const WRK: LoadGenerator = {
  name: 'wrk',
  command: ({ port, pathsFile, connections, seconds, newConnections }) => [
    ...['wrk', '--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`],
    ...['--script', here('wrk.lua'), ...(newConnections ? ['--header', 'Connection: close'] : [])],
    ...[`http://127.0.0.1:${port}`, '--', pathsFile],
  ],
};

const OWN: LoadGenerator = {
  name: 'a generator of our own in Node.js, as wrk is not on PATH; it may itself be the limit',
  command: ({ port, pathsFile, connections, seconds, newConnections }) => [
    ...[process.execPath, here('generator.mjs')],
    ...[String(port), pathsFile, String(connections), String(seconds), newConnections ? 'new' : 'keep'],
  ],
};

/** wrk where it is installed. */
export const generator: LoadGenerator =
  spawnSync('wrk', ['--version'], { stdio: 'ignore' }).error === undefined ? WRK : OWN;

/** Asks a server for some time, from the core of clients. */
export async function ask(choices: LoadChoices): Promise<LoadResult> {
  const [program = '', ...args] = pinned('client', generator.command(choices));
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return readResult(output);
}

/** Both generators end with a line of JSON in the shape of {@link LoadResult}. */
function readResult(output: string): LoadResult {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last) as LoadResult;
  } catch (cause) {
    throw new Error(`the load generator failed: ${output}`, { cause });
  }
}
