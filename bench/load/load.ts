import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pinned } from '../server/cores.js';
import { readAbReport } from './ab-report.js';

/** How a server is asked. */
export interface LoadChoices {
  readonly port: number;
  /** A path, or a path, a blank and an entity tag, on each line; each request takes one by chance. */
  readonly file: string;
  /** Whether all lines are of one kind and no answer is a 304: ab sends one of them only, and takes a 304 for an error. */
  readonly isUniform: boolean;
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
  /** Broken connections and time-outs. */
  readonly failures: number;
  /** Answers with a status of 400 or more. */
  readonly refusals: number;
}

/** A program that asks. */
interface LoadGenerator {
  readonly name: string;
  readonly command: (choices: LoadChoices) => readonly string[];
  readonly read: (output: string) => LoadResult;
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Both of ours end with a line of JSON in the shape of {@link LoadResult}. */
const readLastLine = (output: string): LoadResult => JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');

const WRK: LoadGenerator = {
  name: 'wrk',
  command: ({ port, file, connections, seconds, newConnections }) => [
    ...['wrk', '--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`],
    ...['--script', here('wrk.lua'), ...(newConnections ? ['--header', 'Connection: close'] : [])],
    ...[`http://127.0.0.1:${port}`, '--', file],
  ],
  read: readLastLine,
};

/** More than it can send; it keeps room for so many times. */
const AB_REQUESTS = 1_000_000;

const AB: LoadGenerator = {
  name: 'ab, for one account only, as wrk is not on PATH',
  command: ({ port, file, connections, seconds, newConnections }) => {
    const [path = '', tag] = (readFileSync(file, 'utf8').split('\n')[0] ?? '').split(' ');
    return [
      ...[
        'ab',
        '-q',
        '-r',
        '-l',
        '-c',
        String(connections),
        '-t',
        String(seconds),
        '-n',
        String(AB_REQUESTS),
      ],
      ...(newConnections ? [] : ['-k']),
      ...(tag === undefined ? [] : ['-H', `If-None-Match: ${tag}`]),
      `http://127.0.0.1:${port}${path}`,
    ];
  },
  read: readAbReport,
};

const OWN: LoadGenerator = {
  name: 'a generator of our own in Node.js, as neither wrk nor ab is on PATH; it may itself be the limit',
  command: ({ port, file, connections, seconds, newConnections }) => [
    ...[process.execPath, here('generator.mjs'), String(port), file],
    ...[String(connections), String(seconds), newConnections ? 'new' : 'keep'],
  ],
  read: readLastLine,
};

/** wrk ends with 1 after it has told its version; 127 is a program that cannot be loaded. */
function isInstalled(program: string, flag: string): boolean {
  const { status } = spawnSync(program, [flag], { stdio: 'ignore' });
  return status === 0 || status === 1;
}

const generator = isInstalled('wrk', '--version') ? WRK : isInstalled('ab', '-V') ? AB : OWN;

/** Who asks: wrk, else ab, else the generator in this directory. */
export const generatorName = generator.name;

/** Asks a server for some time, from the core of clients. */
export async function ask(choices: LoadChoices): Promise<LoadResult> {
  const { command, read } = generator === AB && !choices.isUniform ? OWN : generator;
  const [program = '', ...args] = pinned('client', command(choices));
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  try {
    return read(output);
  } catch (cause) {
    throw new Error(`${program} failed: ${output}`, { cause });
  }
}
