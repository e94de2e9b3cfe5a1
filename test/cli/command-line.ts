import { Readable, Writable } from 'node:stream';
import type { Output } from '../../src/cli/ports.js';
import { runCli } from '../../src/cli/run.js';

/** How a command that ends by itself ended. */
export interface Ended {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command gets besides its arguments. */
export interface Given {
  readonly stdin?: string | Iterable<string | Buffer>;
  readonly env?: NodeJS.ProcessEnv;
  /** Pretends that standard output is a terminal. */
  readonly terminal?: boolean;
  /** Streams to look into while the command runs. */
  readonly stdout?: Collected;
  readonly stderr?: Collected;
}

/** Runs a command line in this process; commands that start the service are not for this. */
export async function run(args: readonly string[], given: Given = {}): Promise<Ended> {
  const { stdout = new Collected(given.terminal), stderr = new Collected() } = given;
  const stdin = typeof given.stdin === 'string' ? [given.stdin] : (given.stdin ?? []);
  const notHere = () => Promise.reject(new Error('the service is started in a process of its own'));
  const code = await runCli(args, {
    stdin: Readable.from(stdin, { objectMode: false }),
    stdout,
    stderr,
    env: given.env ?? {},
    version: '1.2.3',
    createLog: notHere,
    startApp: notHere,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** A stream that keeps what is written to it, and may pretend to be a terminal. */
export class Collected extends Writable implements Output {
  text = '';
  readonly columns: number | undefined;
  readonly rows: number | undefined;

  constructor(
    readonly isTTY = false,
    size: { readonly columns?: number; readonly rows?: number } = {},
  ) {
    super({ decodeStrings: false });
    this.columns = size.columns;
    this.rows = size.rows;
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }
}
