import { type Cell, layOut, type Row } from '../table.js';
import { age, ago } from './age.js';
import type { CellAnswer, FleetAnswer, RowAnswer } from './answers.js';
import { emphasis, headOf, type Looks, marked } from './looks.js';
import { byName, serverLabel } from './servers.js';
import { describeAcknowledged, describeCell, describeWork, inFull, toneOfState } from './words.js';

/** One account in detail, as lines: how it stands, and a line for each server. */
export function renderAccount(row: RowAnswer, fleet: FleetAnswer, looks: Looks): string[] {
  const servers = fleet.servers.toSorted(byName).flatMap((server): Row[] => {
    const cell = row.servers.find(({ id }) => id === server.id);
    return cell === undefined ? [] : [serverRow(cell, server.presence, fleet.atMs, looks)];
  });
  const head = headOf(['', 'server', 'what it does', 'said', 'when it was sent'], looks);
  return [
    ...layOut([[{ text: row.name, style: looks.style.strong }, row.account]]),
    ...layOut([[{ text: describeAccount(row, fleet), style: emphasis(looks, toneOfState(row.state)) }]]),
    ...(servers.length === 0 ? [] : ['', ...layOut([head, ...servers], '  ')]),
  ];
}

/** `pending for 3 s; is being sent`. */
export function describeAccount({ state, sinceMs, work }: RowAnswer, fleet: FleetAnswer): string {
  if (!fleet.connected) return `${state}: the service has no connection to NATS`;
  const since = sinceMs === undefined || state === 'effective' ? '' : ` for ${age(sinceMs, fleet.atMs)}`;
  const doing = describeWork(work);
  return `${state}${since}${doing === '' ? '' : `; ${doing}`}`;
}

function serverRow(cell: CellAnswer, presence: string, nowMs: number, looks: Looks): Row {
  const word = describeCell(cell, presence);
  const mark: Cell = marked(looks, { ...word, short: '' });
  const acknowledged = describeAcknowledged(cell.acknowledged);
  const when = acknowledged === '' ? '' : ago(cell.acknowledgedAtMs, nowMs);
  return [
    mark,
    serverLabel(cell),
    inFull(word),
    ago(cell.provenAtMs, nowMs),
    `${acknowledged} ${when}`.trim(),
  ];
}
