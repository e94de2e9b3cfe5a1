import { mkdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { dirname } from 'node:path';
import { CACHE, ownDirectory } from '../config/own-directory.js';

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
  const directory = usableDirectory(env);
  if (directory !== undefined) module.enableCompileCache(directory);
}

/** Makes it if need be: Node itself tries for ever where the system says that it made a directory and did not (/proc). */
function usableDirectory(env: NodeJS.ProcessEnv): string | undefined {
  try {
    const directory = ownDirectory(CACHE, env);
    if (directory === undefined) return undefined;
    for (const each of [dirname(directory), directory]) makeUnlessThere(each);
    const { uid, mode } = statSync(directory);
    return uid === process.getuid?.() && (mode & WRITTEN_BY_OTHERS) === 0 ? directory : undefined;
  } catch {
    return undefined;
  }
}

function makeUnlessThere(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) mkdirSync(directory, { mode: 0o700 });
}
