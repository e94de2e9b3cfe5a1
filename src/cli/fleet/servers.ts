import type { Row } from '../table.js';
import { ago, counted } from './age.js';
import type { FleetAnswer, ServerAnswer } from './answers.js';
import { emphasis, headOf, type Looks } from './looks.js';

/** More servers than this are counted, and only those that want attention are listed. */
const LISTED_AT_MOST = 20;

/** A server in few letters: its name; a server without one calls itself by its key, of which the beginning is enough. */
export function serverLabel({ id, name }: { readonly id: string; readonly name: string }): string {
  return name === '' || name === id ? id.slice(0, 8) : name;
}

/** Compares names as people order them: `s2` before `s10`. */
export const { compare: compareNames } = new Intl.Collator('en', { numeric: true });

/** Servers by their names. */
export const byName = (a: ServerAnswer, b: ServerAnswer): number =>
  compareNames(serverLabel(a), serverLabel(b));

/** How each server stands, by its id. */
export const presences = ({ servers }: FleetAnswer): ReadonlyMap<string, string> =>
  new Map(servers.map(({ id, presence }) => [id, presence]));

/** The servers as a table; of a large fleet only those that want attention, unless all are wanted. */
export function serverRows(fleet: FleetAnswer, looks: Looks, all: boolean): Row[] {
  const tooMany = !all && fleet.servers.length > LISTED_AT_MOST;
  const listed = tooMany ? fleet.servers.filter(({ presence }) => presence !== 'present') : fleet.servers;
  const rows = listed.toSorted(byName).map((server) => serverRow(server, fleet.atMs, looks));
  const head = headOf(['server', 'cluster', 'version', 'state', 'heard'], looks);
  return rows.length === 0 ? [] : [head, ...rows];
}

function serverRow(server: ServerAnswer, nowMs: number, looks: Looks): Row {
  const { cluster, version, presence, heardAtMs } = server;
  const style = emphasis(looks, presence === 'present' ? 'good' : 'unknown');
  return [serverLabel(server), cluster, version, { text: presence, style }, ago(heardAtMs, nowMs)];
}

/** `500 servers: 498 present, 2 silent; 2.15.1 (400), 2.9.10 (100)` for a fleet that is too large to list. */
export function serverSummary({ servers }: FleetAnswer): string {
  const tell = (each: (server: ServerAnswer) => string, write: (word: string, count: number) => string) =>
    [...tally(servers.map(each))].map(([word, count]) => write(word, count)).join(', ');
  const states = tell(
    ({ presence }) => presence,
    (word, count) => `${count} ${word}`,
  );
  const versions = tell(
    ({ version }) => version,
    (word, count) => `${word} (${count})`,
  );
  return `${counted(servers.length, 'server')}: ${states}; ${versions}`;
}

/** How often each word occurs, the most frequent first. */
export function tally(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Map([...counts].toSorted(([, a], [, b]) => b - a));
}

/** So many servers are named; the others are counted. */
const NAMED_AT_MOST = 3;

/** `s1, s2, s3 and 2 more`. */
export function someOf(names: readonly string[]): string {
  const more = names.length - NAMED_AT_MOST;
  const named = names.slice(0, NAMED_AT_MOST).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

/** Why nothing can be known of accounts that look well. */
export function whyUnknown({ connected, servers }: FleetAnswer): string {
  if (!connected) return 'the service has no connection to NATS';
  const silent = servers.filter(({ presence }) => presence === 'silent').map(serverLabel);
  if (silent.length === 0) return 'not every server has said yet what it has';
  return `${someOf(silent)} ${silent.length === 1 ? 'does' : 'do'} not answer`;
}
