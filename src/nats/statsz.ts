import type { ServerFacts } from '../fleet/ports.js';
import { objectIn, readObject, serverIn } from './envelope.js';

/** A server that shows itself, and how many it knows. */
export interface Statsz {
  readonly server: ServerFacts;
  /** Itself and all other servers it knows; 0 when it does not say. */
  readonly activeServers: number;
}

/** Takes a STATSZ message or answer apart; its body stands under `statsz` (nats-server server/events.go ServerStatsMsg). */
export function readStatsz(payload: Uint8Array): Statsz | undefined {
  const message = readObject(payload);
  const stats = objectIn(message?.statsz);
  const server = serverIn(message?.server, stats?.start);
  if (server === undefined) return undefined;
  const active = stats?.active_servers;
  return { server, activeServers: typeof active === 'number' && active > 0 ? active : 0 };
}
