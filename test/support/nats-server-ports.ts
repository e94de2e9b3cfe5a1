import type { ChildProcess } from 'node:child_process';
import { readFileSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerLog } from './server-log.js';

const START_TIMEOUT_MS = 15_000;

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
  const ended = new AbortController();
  const watcher = watch(dir);
  try {
    return await new Promise<Ports>((found, fail) => {
      const look = (): void => {
        const ports = readPorts(file);
        if (ports !== undefined) found(ports);
      };
      const giveUp = (why: string): void => fail(new Error(`nats-server ${why}:\n${log.text}`));
      watcher.on('change', look);
      child.once('close', (code) => giveUp(`ended with ${code} while starting`));
      child.once('error', (cause) => giveUp(`could not be run: ${cause.message}`));
      void delay(START_TIMEOUT_MS, undefined, { signal: ended.signal }).then(
        () => giveUp(`did not listen within ${START_TIMEOUT_MS} ms`),
        () => undefined,
      );
      look();
    });
  } finally {
    ended.abort();
    watcher.close();
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
    // Not there yet, or half-written: the next event looks again.
    return undefined;
  }
}

/** Ports files say `nats://127.0.0.1:4222`. */
const portOf = (url: string): number => Number(url.slice(url.lastIndexOf(':') + 1));
