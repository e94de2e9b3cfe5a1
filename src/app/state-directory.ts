import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
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
  const base = stateHome(env);
  if (store === undefined || base === undefined) return undefined;
  const hash = createHash('sha256').update(store).digest('hex').slice(0, 8);
  return join(base, `${basename(store)}-${hash}`);
}

function stateHome(env: NodeJS.ProcessEnv): string | undefined {
  // systemd separates several by colons.
  const [service] = env.STATE_DIRECTORY?.split(':') ?? [];
  if (service !== undefined && isAbsolute(service)) return join(service, 'state');
  const user = env.XDG_STATE_HOME ?? '';
  const home = env.HOME ?? homedir();
  const base = isAbsolute(user) ? user : isAbsolute(home) ? join(home, '.local/state') : undefined;
  return base && join(base, 'nats-account-server');
}
