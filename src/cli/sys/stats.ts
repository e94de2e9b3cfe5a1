import { type JsonObject, objectIn } from '../../nats/envelope.js';
import { numberIn, readCondition, type ServerCondition } from '../../nats/system/roll-call.js';
import { askServer } from '../../nats/system/server-requests.js';
import { EXIT } from '../exit-codes.js';
import { fact, type Section, withHead } from '../inspect/section.js';
import type { Row } from '../table.js';
import { SysFailure } from './failures.js';
import { type Carrying, writeJson, writeSections } from './output.js';
import { showBytes, showCount, shown, showPercent, showSpan } from './quantities.js';
import type { SysRequest } from './request.js';
import { chooseServer, serverFailure } from './server-choice.js';

/** Shows the statistics of one server. */
export async function stats(
  { session, surroundings }: Carrying,
  { server, timeoutMs, json }: SysRequest & { readonly server: string },
): Promise<number> {
  const serverId = await chooseServer(session, server, timeoutMs);
  const asked = { serverId, service: 'STATSZ', timeoutMs } as const;
  const answered = await askServer(session, asked);
  if (!answered.ok) throw await serverFailure(session, asked, answered.failure);
  const { message } = answered.value;
  const condition = readCondition(message);
  if (condition === undefined) throw new SysFailure(['the answer holds no statistics']);
  if (json) await writeJson(surroundings.stdout, message);
  else await writeSections(surroundings, sectionsOf(condition, objectIn(message.statsz) ?? {}));
  return EXIT.ok;
}

function sectionsOf(server: ServerCondition, statsz: JsonObject): readonly Section[] {
  return [
    { title: `server ${server.name}`, rows: headRows(server) },
    { title: 'Load', rows: measured(statsz, LOAD) },
    { title: 'Clients', rows: measured(statsz, CLIENTS) },
    { title: 'Traffic', rows: withHead(['', 'messages', 'bytes'], trafficRows(statsz)) },
    { title: 'Routes', rows: withHead(ROUTE_HEAD, linkRows(statsz.routes, 'pending')) },
    { title: 'Gateways', rows: withHead(GATEWAY_HEAD, linkRows(statsz.gateways, 'inbound_connections')) },
    { title: 'JetStream', rows: measured(objectIn(objectIn(statsz.jetstream)?.stats) ?? {}, JETSTREAM) },
  ];
}

function headRows({ id, host, cluster, version, startedAt = '', uptimeMs }: ServerCondition): Row[] {
  return [
    ['id', id],
    ...fact('host', host),
    ...fact('cluster', cluster),
    ['version', version],
    ...fact('started', startedAt),
    ['up for', shown(uptimeMs, showSpan)],
  ];
}

/** What is shown of a number: its label, its name on the wire (nats-server server/events.go ServerStats), its form. */
type Measure = readonly [label: string, field: string, show: (value: number) => string];

const LOAD: readonly Measure[] = [
  ['cpu', 'cpu', showPercent],
  ['cores', 'cores', showCount],
  ['GOMAXPROCS', 'gomaxprocs', showCount],
  ['memory', 'mem', showBytes],
  ['GOMEMLIMIT', 'gomemlimit', showBytes],
];

const CLIENTS: readonly Measure[] = [
  ['connections', 'connections', showCount],
  ['since the start', 'total_connections', showCount],
  ['active accounts', 'active_accounts', showCount],
  ['subscriptions', 'subscriptions', showCount],
  ['slow consumers', 'slow_consumers', showCount],
  ['stale connections', 'stale_connections', showCount],
  ['stalled clients', 'stalled_clients', showCount],
  ['known servers', 'active_servers', showCount],
];

const JETSTREAM: readonly Measure[] = [
  ['memory', 'memory', showBytes],
  ['storage', 'storage', showBytes],
  ['reserved memory', 'reserved_memory', showBytes],
  ['reserved storage', 'reserved_storage', showBytes],
  ['accounts', 'accounts', showCount],
  ['HA assets', 'ha_assets', showCount],
];

function measured(from: JsonObject, measures: readonly Measure[]): Row[] {
  return measures.flatMap(([label, field, show]) => {
    const value = numberIn(from[field]);
    return value === undefined ? [] : [[label, show(value)]];
  });
}

const DIRECTIONS = [
  ['sent', 'sent'],
  ['received', 'received'],
  ['to clients', 'sent_to_clients'],
  ['from clients', 'received_from_clients'],
] as const;

function trafficRows(statsz: JsonObject): Row[] {
  return DIRECTIONS.flatMap(([label, field]) => {
    const traffic = objectIn(statsz[field]);
    if (traffic === undefined) return [];
    return [[label, shown(numberIn(traffic.msgs), showCount), shown(numberIn(traffic.bytes), showBytes)]];
  });
}

const ROUTE_HEAD = ['to', 'links', 'sent', 'bytes', 'received', 'bytes', 'pending bytes'];
const GATEWAY_HEAD = ['to', 'links', 'sent', 'bytes', 'received', 'bytes', 'inbound'];

/** A line for each server or cluster at the other end; there are several routes to each server since 2.10. */
function linkRows(links: unknown, last: string): Row[] {
  const found = Array.isArray(links) ? links.map(objectIn).filter((link) => link !== undefined) : [];
  const ends = new Map<string, JsonObject[]>();
  for (const link of found) {
    const name = typeof link.name === 'string' ? link.name : '';
    ends.set(name, [...(ends.get(name) ?? []), link]);
  }
  return [...ends].map(([name, ours]) => {
    const total = (of: (link: JsonObject) => unknown): number =>
      ours.reduce((sum, link) => sum + (numberIn(of(link)) ?? 0), 0);
    return [
      name,
      showCount(ours.length),
      showCount(total(({ sent }) => objectIn(sent)?.msgs)),
      showBytes(total(({ sent }) => objectIn(sent)?.bytes)),
      showCount(total(({ received }) => objectIn(received)?.msgs)),
      showBytes(total(({ received }) => objectIn(received)?.bytes)),
      showCount(total((link) => link[last])),
    ];
  });
}
