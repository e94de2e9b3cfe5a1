import { readFileSync } from 'node:fs';
import { StartupError } from './startup-error.js';

/**
 * Reads a text file that the configuration names.
 * @throws StartupError naming the file and the reason
 */
export function readNamedFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new StartupError([`cannot read ${path}: ${reason}`], { cause });
  }
}
