import type { RequestFailure } from '../../nats/system/answered.js';
import { findServer, isServerId } from '../../nats/system/find-server.js';
import { callRoll, type ServerIdentity } from '../../nats/system/roll-call.js';
import type { SystemSession } from '../../nats/system/session.js';
import { type ServerService, SINCE } from '../../nats/system/subjects.js';
import { isOlderThan } from '../../nats/system/version.js';
import { answerOf, describeFailure, SysFailure } from './failures.js';

/**
 * The id of the server that is meant. Who gives a whole id needs no permission to ask who is there.
 * @throws SysFailure when none or several are meant
 */
export async function chooseServer(session: SystemSession, text: string, timeoutMs: number): Promise<string> {
  if (isServerId(text)) return text;
  const { servers } = answerOf(await callRoll(session, timeoutMs));
  const found = findServer(text, servers);
  switch (found.kind) {
    case 'one':
      return found.server.id;
    case 'none':
      throw unknownServer(text, servers);
    case 'several':
      throw new SysFailure([`several servers are meant by ${text}: ${listed(found.servers)}`]);
  }
}

/** Why one server did not answer; when nobody listened, a look at who is there tells more. */
export async function serverFailure(
  session: SystemSession,
  asked: { readonly serverId: string; readonly service: ServerService; readonly timeoutMs: number },
  failure: RequestFailure,
): Promise<SysFailure> {
  const roll = failure.kind === 'nobody' ? await callRoll(session, asked.timeoutMs) : undefined;
  if (roll === undefined) return new SysFailure([describeFailure(failure)]);
  if (!roll.ok && roll.failure.kind === 'nobody') return new SysFailure([describeFailure(roll.failure)]);
  const servers = roll.ok ? roll.value.servers : [];
  const server = servers.find(({ id }) => id === asked.serverId);
  if (server !== undefined) return new SysFailure([describeDeafness(server, asked.service)]);
  return roll.ok
    ? unknownServer(asked.serverId, servers)
    : new SysFailure([`nobody answers for server ${asked.serverId}: it is not there, or too old`]);
}

function describeDeafness({ name, version }: ServerIdentity, service: ServerService): string {
  const since = service === 'STATSZ' ? undefined : SINCE[service];
  return since !== undefined && isOlderThan(version, since)
    ? tooOld(name, version, service, since)
    : `server ${name} (${version}) does not take the request ${service}`;
}

/** Said of a server that lacks a request. */
export const tooOld = (name: string, version: string, request: string, since: string): string =>
  `server ${name} is too old: it runs ${version}, and ${request} came with ${since}`;

const unknownServer = (text: string, servers: readonly ServerIdentity[]): SysFailure =>
  new SysFailure([`there is no server ${text}; there are ${listed(servers)}`]);

/** Enough to choose from; hundreds would hide the sentence. */
const MOST_LISTED = 20;

function listed(servers: readonly ServerIdentity[]): string {
  const names = servers.map(({ name, id }) => (name === id ? id : `${name} (${id})`));
  const more = names.length > MOST_LISTED ? [`${names.length - MOST_LISTED} more`] : [];
  return [...names.slice(0, MOST_LISTED), ...more].join(', ');
}
