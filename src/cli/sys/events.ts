import { type ClientEvent, readClientEvent } from '../../nats/system/client-events.js';
import { callRoll } from '../../nats/system/roll-call.js';
import type { SessionNews, SystemSession } from '../../nats/system/session.js';
import { type ClientEventKind, clientEventSubject } from '../../nats/system/subjects.js';
import { scrub } from '../../observability/scrubber.js';
import { EXIT } from '../exit-codes.js';
import { printable, printableJson } from '../printable.js';
import { say } from '../talk.js';
import { describeFailure, SysFailure } from './failures.js';
import type { Carrying } from './output.js';
import type { EventsRequest, SysRequest } from './request.js';

/** Follows what happens to clients until a signal comes. */
export async function events(
  { session, surroundings }: Carrying,
  request: SysRequest & EventsRequest,
): Promise<number> {
  const { stdout, stderr } = surroundings;
  const stopped = signalled();
  await refuseOtherAccounts(session, request.timeoutMs);
  session.listen((news) => say(stderr, [describeNews(news)]));
  const lineOf = request.json ? jsonLine : textLine;
  const followed = await follow(session, request, (event) => void stdout.write(`${lineOf(event)}\n`));
  say(stderr, followed.problems);
  if (followed.kinds.length === 0) return EXIT.failed;
  const whose = request.account === undefined ? 'all accounts' : request.account;
  say(stderr, [`following ${followed.kinds.join(', ')} of ${whose}; Ctrl-C ends it`]);
  return (await Promise.race([stopped, session.closed().then(() => 'closed' as const)])) === 'stopped'
    ? EXIT.ok
    : EXIT.failed;
}

/** A user of another account may subscribe too, and would wait in vain. One who may not ask is believed. */
async function refuseOtherAccounts(session: SystemSession, timeoutMs: number): Promise<void> {
  const roll = await callRoll(session, timeoutMs);
  if (!roll.ok && roll.failure.kind === 'nobody') throw new SysFailure([describeFailure(roll.failure)]);
}

interface Followed {
  readonly kinds: readonly ClientEventKind[];
  readonly problems: readonly string[];
}

async function follow(
  session: SystemSession,
  { kinds, account }: EventsRequest,
  heard: (event: ClientEvent) => void,
): Promise<Followed> {
  const followed: ClientEventKind[] = [];
  const problems: string[] = [];
  for (const kind of kinds) {
    const failure = await session.follow(clientEventSubject(kind, account ?? '*'), ({ data }) => {
      const event = readClientEvent(kind, data);
      if (event !== undefined && (account === undefined || event.account === account)) heard(event);
    });
    if (failure === undefined) followed.push(kind);
    else problems.push(describeFailure(failure));
  }
  return { kinds: followed, problems };
}

/** Strangers choose names and reasons: nothing in them may act on a terminal, nor be a secret that went astray. */
function jsonLine({ server: { id, name }, ...event }: ClientEvent): string {
  return scrub(printableJson({ ...event, connection: event.connection ?? null, server: { id, name } }));
}

function textLine(event: ClientEvent): string {
  const { time, kind, account, accountName, user, userName, host, server, clientName, reason } = event;
  const parts = [
    `account ${named(accountName, account)}`,
    `user ${named(userName, user)}`,
    `from ${host || 'unknown'}`,
    `server ${server.name}`,
    ...(clientName === '' ? [] : [`client "${clientName}"`]),
  ];
  const why = reason === '' ? '' : `: ${reason}`;
  return printable(scrub(`${time} ${kind.padEnd(10)} ${parts.join(', ')}${why}`));
}

const named = (name: string, key: string): string =>
  name === '' || name === key ? key || 'not told' : key === '' ? name : `${name} (${key})`;

function describeNews(news: SessionNews): string {
  switch (news.kind) {
    case 'lost':
      return 'the connection to NATS is lost; events are missed until it is back';
    case 'back':
      return `connected again, to server ${news.server}`;
    case 'trouble':
      return `NATS: ${news.message}`;
  }
}

/** Resolves at the first SIGINT or SIGTERM. */
function signalled(): Promise<'stopped'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('stopped'));
  });
}
