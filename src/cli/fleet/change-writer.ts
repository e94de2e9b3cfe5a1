import type { Output } from '../ports.js';
import { printable, printableJson } from '../printable.js';
import { write } from '../talk.js';
import type { FleetAnswer, RowAnswer } from './answers.js';
import type { Change } from './changes.js';
import { describeFleet } from './heading.js';
import { presences, serverLabel } from './servers.js';
import { describeCell, isTrouble } from './words.js';

/** Writes a change: a line for each thing that is told of it, for people, or one of JSON. */
export function writeChange(
  output: Output,
  change: Change,
  atMs: number,
  format: 'table' | 'json',
): Promise<void> {
  const at = new Date(atMs).toISOString();
  const lines =
    format === 'json'
      ? [printableJson({ at, ...jsonOf(change) })]
      : sentencesOf(change).map((line) => printable(`${at}  ${line}`));
  return write(output, lines.map((line) => `${line}\n`).join(''));
}

/** What the API said, under the kind of the change. */
function jsonOf(change: Change): object {
  switch (change.kind) {
    case 'fleet':
      return { change: 'fleet', fleet: change.fleet.json };
    case 'account':
      return { change: 'account', account: change.row.json };
    case 'withdrawn':
      return { change: 'withdrawn', account: { account: change.accountKey, name: change.name } };
  }
}

function sentencesOf(change: Change): string[] {
  switch (change.kind) {
    case 'fleet':
      return fleetSentences(change.fleet, change.before);
    case 'account':
      return [accountSentence(change.row, change.before, change.fleet)];
    case 'withdrawn':
      return [`${label(change.name, change.accountKey)}: withdrawn`];
  }
}

/** The beginning of the key as well: names need not be unique. */
const label = (name: string, accountKey: string): string => `${name} ${accountKey.slice(0, 8)}`.trimStart();

function accountSentence(row: RowAnswer, before: string | undefined, fleet: FleetAnswer): string {
  const standing = presences(fleet);
  const reasons = row.servers
    .map((cell) => ({ server: serverLabel(cell), word: describeCell(cell, standing.get(cell.id)) }))
    .filter(({ word }) => isTrouble(word))
    .map(({ server, word }) => `${server} ${word.long}`);
  const state = before === undefined || before === row.state ? row.state : `${before} -> ${row.state}`;
  return `${label(row.name, row.account)}: ${[state, ...shortened(reasons)].join('; ')}`;
}

/** In a large fleet one line cannot hold them all. */
function shortened(reasons: readonly string[]): string[] {
  const most = 5;
  return reasons.length <= most
    ? [...reasons]
    : [...reasons.slice(0, most), `and ${reasons.length - most} more servers`];
}

function fleetSentences(fleet: FleetAnswer, before: FleetAnswer | undefined): string[] {
  if (before === undefined) return [describeFleet(fleet)];
  if (!fleet.connected) return [describeFleet(fleet)];
  const back = before.connected ? [] : [`connected to NATS again; ${describeFleet(fleet)}`];
  return [...back, ...serverSentences(fleet, before)];
}

function serverSentences(fleet: FleetAnswer, before: FleetAnswer): string[] {
  const was = presences(before);
  const is = presences(fleet);
  const changed = fleet.servers.flatMap((server) => {
    const earlier = was.get(server.id);
    if (earlier === server.presence) return [];
    const told = earlier === undefined ? server.presence : `${earlier} -> ${server.presence}`;
    return [`server ${serverLabel(server)} (${server.version}): ${told}`];
  });
  const left = before.servers.filter(({ id }) => !is.has(id));
  return [...changed, ...left.map((server) => `server ${serverLabel(server)} (${server.version}): gone`)];
}
