import type { AccountView, CellView } from '../../../fleet/views.js';
import type { FleetAccount } from './schemas.js';
import { isoOf, isoOfSeconds } from './times.js';

/** One account on all servers, as the API shows it. */
export function fleetRow(row: AccountView, name: string): FleetAccount {
  const { accountKey, state, work, pendingSinceMs, version, cells } = row;
  return {
    account: accountKey,
    name,
    state,
    version,
    work,
    since: pendingSinceMs === undefined ? null : isoOf(new Date(pendingSinceMs)),
    servers: cells.map((cell) => cellOf(cell, version)),
  };
}

/** What is only known of an earlier token is left out: it says nothing about the published one. */
function cellOf({ server, effect, last }: CellView, version: number): FleetAccount['servers'][number] {
  const isProof = last.effectVersion === version && last.effect === effect && effect !== 'unproven';
  const answered = last.acknowledgedVersion === version;
  return {
    id: server.id,
    name: server.name,
    effect,
    proven: isProof ? isoOfSeconds(last.effectAtSeconds) : null,
    acknowledged: answered ? last.acknowledged : 'none',
    acknowledgedAt: answered ? isoOfSeconds(last.acknowledgedAtSeconds) : null,
  };
}
