import type { Row } from '../table.js';
import { describeAccount } from './account-detail.js';
import type { FleetAnswer, RowAnswer } from './answers.js';
import { emphasis, headOf, type Looks } from './looks.js';
import { compareNames, presences, serverLabel } from './servers.js';
import { describeCell, inFull, isTrouble, toneOfState } from './words.js';

/** What keeps accounts from being effective: a row for each server that is a reason, with the whole account key. */
export function faultRows(rows: readonly RowAnswer[], fleet: FleetAnswer, looks: Looks): Row[] {
  const standing = presences(fleet);
  const faults = rows.flatMap((row) => accountFaults(row, fleet, standing, looks));
  return faults.length === 0 ? [] : [headOf(['account', 'key', 'server', 'why'], looks), ...faults];
}

function accountFaults(
  row: RowAnswer,
  fleet: FleetAnswer,
  standing: ReadonlyMap<string, string>,
  looks: Looks,
): Row[] {
  const troubled = row.servers
    .map((cell) => ({ server: serverLabel(cell), word: describeCell(cell, standing.get(cell.id)) }))
    .filter(({ word }) => isTrouble(word))
    .sort((a, b) => compareNames(a.server, b.server));
  if (!fleet.connected || troubled.length === 0) {
    const style = emphasis(looks, toneOfState(row.state));
    return [[row.name, row.account, '', { text: describeAccount(row, fleet), style }]];
  }
  return troubled.map(({ server, word }) => [
    row.name,
    row.account,
    server,
    { text: inFull(word), style: emphasis(looks, word.tone) },
  ]);
}
