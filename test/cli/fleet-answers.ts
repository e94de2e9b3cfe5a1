import { createHash } from 'node:crypto';
import { type FleetAnswer, type RowAnswer, readFleet, readRow } from '../../src/cli/fleet/answers.js';
import type { FleetAccount, FleetAnswer as FleetJson } from '../../src/http/routes/api/schemas.js';

export type ServerJson = FleetJson['servers'][number];
export type CellJson = FleetAccount['servers'][number];

/** The clock of the service in these answers. */
export const NOW_MS = Date.UTC(2026, 10, 22, 4, 0, 0);

const secondsAgo = (seconds: number): string => new Date(NOW_MS - seconds * 1000).toISOString();

/** Text of the length and letters of a key that begins with the letter; the same for the same seed. */
export function keyLike(letter: string, seed: string): string {
  const bytes = createHash('sha512').update(seed).digest();
  return (
    letter + [...bytes.subarray(0, 55)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('')
  );
}

/** A server as `GET /api/v1/fleet` tells of it. */
export function serverJson(name: string, more: Partial<ServerJson> = {}): ServerJson {
  const common = {
    cluster: 'C',
    version: '2.15.1',
    startedAt: secondsAgo(3600),
    presence: 'present',
  } as const;
  return { id: keyLike('N', name), name, ...common, heardAt: secondsAgo(2), ...more };
}

const NONE = { effective: 0, incomplete: 0, expired: 0, pending: 0, unknown: 0 };

/** `GET /api/v1/fleet`. */
export function fleetJson(
  servers: readonly ServerJson[],
  accounts: Partial<FleetJson['accounts']>,
): FleetJson {
  const counts = { ...NONE, ...accounts };
  const effective = counts.pending + counts.incomplete + counts.unknown === 0;
  return {
    configured: true,
    connected: true,
    effective,
    servers: [...servers],
    accounts: counts,
    queued: 0,
    comparing: 0,
  };
}

/** What a server says of an account. */
export function cellJson(
  server: ServerJson,
  effect: CellJson['effect'],
  more: Partial<CellJson> = {},
): CellJson {
  const { id, name } = server;
  return { id, name, effect, proven: secondsAgo(5), acknowledged: 'none', acknowledgedAt: null, ...more };
}

/** `GET /api/v1/fleet/accounts/<key>`. */
export function rowJson(
  name: string,
  servers: readonly CellJson[],
  more: Partial<FleetAccount> = {},
): FleetAccount {
  const common = { state: 'effective', version: 1, work: 'idle', since: null } as const;
  return { account: keyLike('A', name), name, ...common, servers: [...servers], ...more };
}

/** As the command reads it. */
export const readFleetJson = (json: FleetJson): FleetAnswer => readFleet(json, NOW_MS);
export const readRowJson = (json: FleetAccount): RowAnswer => readRow(json);
