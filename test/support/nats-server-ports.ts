import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerLog } from './server-log.js';

const START_TIMEOUT_MS = 40_000;
/** Looked for again and again: watching takes of what all users of a machine share, and may be refused. */
const LOOK_EVERY_MS = 10;

/** The ports a nats-server listens on. */
export interface Ports {
  readonly client: number;
  readonly monitor: number;
  readonly cluster: number | undefined;
}

/**
 * Waits for the ports file, which nats-server writes once all its listeners are open (nats-server server/server.go logPorts).
 * @throws Error with the log when the server ends, or does not listen in time
 */
export async function portsOf(child: ChildProcess, dir: string, log: ServerLog): Promise<Ports> {
  const file = join(dir, `${basename(child.spawnfile)}_${child.pid}.ports`);
  let failure: string | undefined;
  child.once('close', (code) => {
    failure = `ended with ${code} while starting`;
  });
  child.once('error', (cause) => {
    failure = `could not be run: ${cause.message}`;
  });
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const ports = readPorts(file);
    if (ports !== undefined) return ports;
    if (performance.now() > deadline) failure ??= `did not listen within ${START_TIMEOUT_MS} ms`;
    if (failure !== undefined) throw new Error(`nats-server ${failure}:\n${log.text}`);
    await delay(LOOK_EVERY_MS);
  }
}

function readPorts(file: string): Ports | undefined {
  try {
    const ports = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[] | undefined>;
    const [client, monitor, cluster] = ['nats', 'monitoring', 'cluster'].map((name) => ports[name]?.[0]);
    if (client === undefined || monitor === undefined) return undefined;
    return {
      client: portOf(client),
      monitor: portOf(monitor),
      cluster: cluster === undefined ? undefined : portOf(cluster),
    };
  } catch {
    // Not there yet, or half-written: the next look tells.
    return undefined;
  }
}

/** Ports files say `nats://127.0.0.1:4222`. */
const portOf = (url: string): number => Number(url.slice(url.lastIndexOf(':') + 1));
