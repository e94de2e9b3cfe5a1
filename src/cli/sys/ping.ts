import { showDuration } from '../../config/duration.js';
import { callRoll, type PresentServer } from '../../nats/system/roll-call.js';
import { EXIT } from '../exit-codes.js';
import type { Row } from '../table.js';
import { say } from '../talk.js';
import { answerOf } from './failures.js';
import { type Carrying, writeJson, writeTable } from './output.js';
import { showBytes, showCount, showMs, shown, showPercent, showSpan, UNSAID } from './quantities.js';
import type { SysRequest } from './request.js';

const HEAD = ['name', 'id', 'cluster', 'version', 'uptime', 'conns', 'subs', 'cpu', 'memory', 'rtt'];

/** Shows all servers; fails when fewer answer than there are. */
export async function ping({ session, surroundings }: Carrying, request: SysRequest): Promise<number> {
  const { servers, expected } = answerOf(await callRoll(session, request.timeoutMs));
  const { stdout, stderr } = surroundings;
  const missing = Math.max(0, expected - servers.length);
  if (request.json) await writeJson(stdout, { servers: servers.map(serverData), expected, missing });
  else await writeTable(surroundings, HEAD, servers.map(rowOf));
  if (missing === 0) return EXIT.ok;
  say(stderr, [`${missing} of ${expected} servers did not answer within ${showDuration(request.timeoutMs)}`]);
  return EXIT.failed;
}

function rowOf(server: PresentServer): Row {
  return [
    server.name === server.id ? UNSAID : server.name,
    server.id,
    server.cluster || UNSAID,
    server.version,
    shown(server.uptimeMs, showSpan),
    shown(server.connections, showCount),
    shown(server.subscriptions, showCount),
    shown(server.cpuPercent, showPercent),
    shown(server.memoryBytes, showBytes),
    showMs(server.roundTripMs),
  ];
}

/** Every field stands in every object, null where the server does not say. */
function serverData(server: PresentServer): object {
  const { id, name, host, cluster, version, startedAt = null, uptimeMs = null } = server;
  const { connections = null, subscriptions = null, cpuPercent = null, memoryBytes = null } = server;
  const roundTripMs = Math.round(server.roundTripMs * 1000) / 1000;
  const who = { id, name, host, cluster, version, startedAt, uptimeMs };
  return { ...who, connections, subscriptions, cpuPercent, memoryBytes, roundTripMs };
}
