import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { ownDirectory, STATE } from '../config/own-directory.js';
import type { Config } from '../config/schema.js';

/**
 * Where state is kept when no option says so: below systemd's `StateDirectory=`, else in the user's state directory (XDG
 * Base Directory Specification), each store in a directory of its own. Never inside the store: a checkout or a backup
 * that takes the store back in time must not take the memory of that time along. Undefined for a store in memory, which
 * is gone with the process as well, and where there is no home directory.
 */
export function defaultStateDirectory(
  { nsc, dir }: Pick<Config['store'], 'nsc' | 'dir'>,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const store = nsc ?? dir;
  const base = ownDirectory(STATE, env);
  if (store === undefined || base === undefined) return undefined;
  const hash = createHash('sha256').update(store).digest('hex').slice(0, 8);
  return join(base, `${basename(store)}-${hash}`);
}
