import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where the system keeps files of one kind. */
interface Kind {
  /** The variable in which systemd names the service's directory, and what is ours in there. */
  readonly service: readonly [variable: string, name: string];
  /** The variable in which a user names theirs (XDG Base Directory Specification), and where it is otherwise. */
  readonly user: readonly [variable: string, belowHome: string];
}

/** What has to be remembered. */
export const STATE: Kind = {
  service: ['STATE_DIRECTORY', 'state'],
  user: ['XDG_STATE_HOME', '.local/state'],
};

/** What can be made again. */
export const CACHE: Kind = {
  service: ['CACHE_DIRECTORY', 'compiled'],
  user: ['XDG_CACHE_HOME', '.cache'],
};

/**
 * The program's own directory for one kind of files when no option names one: the one that systemd gives, else
 * `nats-account-server` in the user's.
 * @returns undefined where there is no home directory either
 * @throws a system error for a user that the system has not heard of, as a container may have, and no HOME
 */
export function ownDirectory({ service, user }: Kind, env: NodeJS.ProcessEnv): string | undefined {
  // systemd separates several by colons.
  const [given] = env[service[0]]?.split(':') ?? [];
  if (given !== undefined && isAbsolute(given)) return join(given, service[1]);
  const base = env[user[0]] ?? '';
  if (isAbsolute(base)) return join(base, 'nats-account-server');
  const home = env.HOME ?? homedir();
  return isAbsolute(home) ? join(home, user[1], 'nats-account-server') : undefined;
}
