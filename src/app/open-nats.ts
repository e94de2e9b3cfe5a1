import type { Log } from '../accounts/ports.js';
import type { Config } from '../config/schema.js';
import type { NatsParts, NatsSide } from './nats-side.js';

/**
 * Builds the NATS side that the configuration asks for; what it is made of is loaded only where servers are named.
 * @throws StartupError when a file that it names cannot be read
 */
export async function openNats(nats: Config['nats'], parts: NatsParts): Promise<NatsSide> {
  if (nats.servers.length === 0) return silent(parts.log);
  return (await import('./nats-side.js')).buildNats(nats, parts);
}

function silent(log: Log): NatsSide {
  return {
    fleet: undefined,
    changes: { published() {}, withdrawn() {} },
    start: () => log.info({}, 'NATS is not configured; nats-servers are not told of changes'),
    notify() {},
    reload() {},
    close: async () => {},
  };
}
