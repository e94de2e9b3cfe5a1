import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { executablesOnPath, isExecutable } from './executables.js';

/** The nats-server release that is fetched when none is there: what the tests were written against. */
export const NATS_SERVER_VERSION = '2.15.1';

/** The oldest nats-server taken from PATH, where nobody asked for that one in particular. */
export const OLDEST_NATS_SERVER = '2.10.0';

/** A nats-server that can be run. */
export interface NatsServerBinary {
  readonly path: string;
  /** As in `2.15.1`. */
  readonly version: string;
  /** Where it was found. */
  readonly source: 'NATS_SERVER' | 'PATH' | 'cache';
}

/** Where a fetched nats-server is kept: `$XDG_CACHE_HOME`, else `~/.cache`, below `nats-account-server`. */
export function cachedNatsServer(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'nats-account-server', `nats-server-v${NATS_SERVER_VERSION}`);
}

/**
 * Finds a nats-server: the environment variable NATS_SERVER (any version), PATH (at least
 * {@link OLDEST_NATS_SERVER}), the copy in the user's cache directory; `undefined` when there is none.
 * @throws Error when NATS_SERVER names something that is no nats-server
 */
export function findNatsServer(env: NodeJS.ProcessEnv = process.env): NatsServerBinary | undefined {
  const named = env.NATS_SERVER;
  if (named !== undefined && named !== '') {
    const version = natsServerVersion(named);
    if (version === undefined) throw new Error(`NATS_SERVER=${named} is no nats-server that runs here`);
    return { path: resolve(named), version, source: 'NATS_SERVER' };
  }
  for (const path of executablesOnPath('nats-server', env)) {
    const version = natsServerVersion(path);
    if (version !== undefined && isAtLeast(version, OLDEST_NATS_SERVER))
      return { path, version, source: 'PATH' };
  }
  const path = cachedNatsServer(env);
  const version = natsServerVersion(path);
  return version === undefined ? undefined : { path, version, source: 'cache' };
}

/** What `nats-server --version` says, or `undefined` when the file is no nats-server or does not run here. */
export function natsServerVersion(path: string): string | undefined {
  if (!isExecutable(path)) return undefined;
  const ended = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return /^nats-server: v(\d+\.\d+\.\d+)/.exec(ended.stdout ?? '')?.[1];
}

/** Whether one `major.minor.patch` is the other or later. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [has, needs] = [version, oldest].map((text) => text.split('.').map(Number));
  for (const [at, need] of (needs ?? []).entries()) {
    const have = has?.[at] ?? 0;
    if (have !== need) return have > need;
  }
  return true;
}
