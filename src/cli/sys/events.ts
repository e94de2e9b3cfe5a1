import { type ClientEvent, readClientEvent } from '../../nats/system/client-events.js';
import { callRoll } from '../../nats/system/roll-call.js';
import type { SessionNews, SystemSession } from '../../nats/system/session.js';
import { type ClientEventKind, clientEventSubject } from '../../nats/system/subjects.js';
import { EXIT } from '../exit-codes.js';
import type { Output } from '../ports.js';
import { say } from '../talk.js';
import { EventPrinter, jsonLine, textLine } from './event-lines.js';
import { describeFailure, SysFailure } from './failures.js';
import type { Carrying } from './output.js';
import type { EventsRequest, SysRequest } from './request.js';

/** Follows what happens to clients until a signal comes. */
export async function events(
  { session, surroundings }: Carrying,
  request: SysRequest & EventsRequest,
): Promise<number> {
  const { stderr } = surroundings;
  const stopped = signalled();
  await refuseOtherAccounts(session, request.timeoutMs);
  listen(session, stderr);
  const printer = new EventPrinter(session, surroundings.stdout, request.json ? jsonLine : textLine);
  const followed = await follow(session, request, (event) => printer.print(event));
  say(stderr, followed.problems);
  if (followed.kinds.length === 0) return EXIT.failed;
  const whose = request.account === undefined ? 'all accounts' : request.account;
  say(stderr, [`following ${followed.kinds.join(', ')} of ${whose}; Ctrl-C ends it`]);
  return (await Promise.race([stopped, session.closed()])) === 'stopped' ? EXIT.ok : EXIT.failed;
}

/** Says what becomes of the connection; tries that fail the same way again are not said again. */
function listen(session: SystemSession, stderr: Output): void {
  let said = '';
  session.listen((news) => {
    const sentence = describeNews(news);
    if (sentence !== said) say(stderr, [sentence]);
    said = sentence;
  });
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
