import { mkdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Written by others than its owner. */
const WRITTEN_BY_OTHERS = 0o022;

/**
 * Lets Node (22.1 and newer) keep what it has compiled, in systemd's `CacheDirectory=` or the user's cache directory
 * (XDG Base Directory Specification), so that the next start is quicker. Nothing depends on it: where there is no such
 * directory, or it cannot be made, or others can write there, Node goes without. `NODE_COMPILE_CACHE` names another
 * directory, `NODE_DISABLE_COMPILE_CACHE=1` switches it off. Call it before the rest of the program is loaded.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  if (!('enableCompileCache' in module) || typeof module.enableCompileCache !== 'function') return;
  if (env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE) return;
  const directory = compileCacheDirectory(env);
  if (directory !== undefined && isOurs(directory)) module.enableCompileCache(directory);
}

/** Where compiled code is kept; undefined where there is no home directory. */
export function compileCacheDirectory(env: NodeJS.ProcessEnv): string | undefined {
  // systemd separates several by colons.
  const [service] = env.CACHE_DIRECTORY?.split(':') ?? [];
  if (service !== undefined && isAbsolute(service)) return join(service, 'compiled');
  const user = env.XDG_CACHE_HOME ?? '';
  if (isAbsolute(user)) return join(user, 'nats-account-server');
  const home = env.HOME ?? homeOfUser();
  return isAbsolute(home) ? join(home, '.cache/nats-account-server') : undefined;
}

/** A container may run as a user that nobody has heard of. */
function homeOfUser(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

/** Makes it if need be: Node itself tries for ever where the system says that it made a directory and did not (/proc). */
function isOurs(directory: string): boolean {
  try {
    for (const each of [dirname(directory), directory]) makeUnlessThere(each);
    const { uid, mode } = statSync(directory);
    return uid === process.getuid?.() && (mode & WRITTEN_BY_OTHERS) === 0;
  } catch {
    return false;
  }
}

function makeUnlessThere(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) mkdirSync(directory, { mode: 0o700 });
}
