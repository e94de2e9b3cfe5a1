import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Print } from './client.js';
import type { Demo } from './demo-directory.js';
import { DemoError, messageOf } from './demo-error.js';
import { findNatsServer, type NatsServerBinary, OLDEST_NATS_SERVER } from './nats-server-binary.js';

const START_TIMEOUT_MS = 20_000;

/** A nats-server that runs for the demo. */
export interface DemoNatsServer {
  readonly pid: number;
  /** Resolves when it has ended, with its exit code; -1 when a signal ended it. */
  readonly exited: Promise<number>;
  /** Ends it and waits for that. */
  stop(): Promise<void>;
}

/**
 * Runs a nats-server on the demo's configuration and prints its log; resolves when it takes connections. The account
 * server has to be up: nats-server asks it while starting.
 * @throws DemoError when no nats-server is found, or it does not come up
 */
export async function runDemoNatsServer(demo: Demo, print: Print): Promise<DemoNatsServer> {
  const binary = demandNatsServer();
  print(`starting nats-server ${binary.version} (${binary.path}) with ${demo.natsConfigFile}`);
  const child = spawn(binary.path, ['-c', demo.natsConfigFile], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = endOf(child);
  // Whatever ends this process, a nats-server started for a demo does not stay behind.
  const endToo = (): void => void child.kill('SIGTERM');
  process.once('exit', endToo);
  void exited.then(() => process.off('exit', endToo));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  try {
    await untilReady(child, print);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? -1, exited, stop };
}

function demandNatsServer(): NatsServerBinary {
  try {
    const binary = findNatsServer();
    if (binary !== undefined) return binary;
  } catch (cause) {
    throw new DemoError(messageOf(cause), { cause });
  }
  throw new DemoError(
    `no nats-server ${OLDEST_NATS_SERVER} or later was found: put one on PATH or name it in NATS_SERVER`,
  );
}

/** Forwards the log line by line, and settles when it says that the server is ready, or when the server ends. */
function untilReady(child: ChildProcess, print: Print): Promise<void> {
  return new Promise((ready, fail) => {
    const late = setTimeout(() => {
      fail(new DemoError(`nats-server was not ready within ${START_TIMEOUT_MS / 1000} s`));
    }, START_TIMEOUT_MS);
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        print(`nats-server: ${withoutPrefix(line)}`);
        if (!line.includes('Server is ready')) return;
        clearTimeout(late);
        ready();
      });
    }
    child.once('error', (cause) =>
      fail(new DemoError(`nats-server cannot be run: ${cause.message}`, { cause })),
    );
    child.once('close', (code) => {
      clearTimeout(late);
      fail(new DemoError(`nats-server ended with ${code}, see its lines above`));
    });
  });
}

/** nats-server puts `[pid] date time` before each line. */
const withoutPrefix = (line: string): string => line.replace(/^\[\d+\] \S+ \S+ /, '');

async function endOf(child: ChildProcess): Promise<number> {
  if (child.pid === undefined) return -1;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? -1;
}
