import type { Config } from '../config/schema.js';
import { openSession, type SystemSession } from '../nats/system/session.js';
import { natsOptions } from './nats-options.js';

/** Where a nats-server usually is. */
export const USUAL_SERVER = 'nats://localhost:4222';

/** The servers that the configuration names, or where one usually is. */
export const natsServersOf = ({ servers }: Config['nats']): readonly string[] =>
  servers.length > 0 ? servers : [USUAL_SERVER];

/**
 * Connects for a command, as the configuration says. `roams`: see `openSession`.
 * @throws StartupError when a file that it names cannot be read; Error for which `reasonOf` has a reason
 */
export async function openSystemSession(
  nats: Config['nats'],
  { roams = false } = {},
): Promise<SystemSession> {
  return openSession({ ...natsOptions(nats), servers: natsServersOf(nats) }, { roams });
}
