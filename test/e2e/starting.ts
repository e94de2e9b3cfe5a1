/**
 * A program for tests: starts the service once for each command line in the JSON list on standard input, one after the
 * other, and prints how each start ended. One process for all, since loading the program costs more than the start.
 */
import { Writable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { startApp } from '../../src/app.js';
import { runCli } from '../../src/cli/run.js';
import { createLogger } from '../../src/observability/logger.js';

/** How a start ended. */
export interface StartEnd {
  /** Undefined: the service runs. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** The log too. */
  readonly stderr: string;
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function start(args: readonly string[]): Promise<StartEnd> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const code = await runCli(args, {
    stdin: process.stdin,
    stdout,
    stderr,
    env: {},
    version: 'test',
    createLog: async (logging) => createLogger(logging, stderr),
    startApp,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

const ends: StartEnd[] = [];
for (const args of (await json(process.stdin)) as string[][]) ends.push(await start(args));
process.stdout.write(JSON.stringify(ends), () => process.exit(0));
