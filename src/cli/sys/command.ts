import { type Command, Option } from 'commander';
import { readDuration } from '../../config/duration.js';
import { nearest } from '../../config/nearest.js';
import { LONGEST_CPU_PROFILE_MS, PROFILES, type ProfileName } from '../../nats/system/profile.js';
import { CLIENT_EVENTS, type ClientEventKind } from '../../nats/system/subjects.js';
import { type Choose, fail, subcommand } from '../subcommand.js';
import type { SysRequest } from './request.js';

const HELP = `
ID is a server id, a server name, or the beginning of either.

The nats-servers are those of --nats (default: nats://localhost:4222). Who asks is said by --creds FILE, by --user
OPERATOR/ACCOUNT/USER (creds in the keystore of nsc, old layouts too), or by the other NATS options; it has to be a user
of the system account, but for user-info. No store has to be named.

Exit codes: 0 done, 1 not answered or not possible, 2 wrong usage.`;

/** Options that every request has. */
interface CommonOptions {
  readonly json?: true;
  readonly timeout: string;
}

/** Describes `sys` and its requests to commander. */
export function addSys(program: Command, choose: Choose): void {
  const sys = subcommand(program, 'sys')
    .description('Ask nats-servers over the system account: who is there, how they do, what happens.')
    .usage('<request> [options]')
    .argument('[request]', 'one of those below')
    .addHelpText('after', HELP)
    .action((word: string | undefined) => refuse(sys, word));
  const ask: Choice = (request) => choose({ name: 'sys', request });
  plainRequest(sys, 'ping', 'Show every server that answers, and how it does.', ask);
  plainRequest(sys, 'info', 'Show name, host and id of every server.', ask);
  serverRequest(sys, 'stats', 'Show the statistics of a server.', '2s', ask);
  addProfile(sys, ask);
  serverRequest(sys, 'reload', 'Have a server read its configuration again.', '5s', ask);
  plainRequest(
    sys,
    'user-info',
    'Show who we are to the server and what we may; for users of any account.',
    ask,
  );
  addEvents(sys, ask);
}

type Choice = (request: SysRequest) => void;

function refuse(sys: Command, word: string | undefined): never {
  const known = sys.commands.map((command) => command.name());
  if (word === undefined) fail(`sys needs a request: ${known.join(', ')}`);
  const meant = nearest(word, known);
  fail(
    `sys has no request '${word}'; ${meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`}`,
  );
}

function requestCommand(sys: Command, name: string, description: string, timeout: string): Command {
  return subcommand(sys, name)
    .description(description)
    .option('--json', 'print JSON')
    .option('--timeout <DURATION>', 'wait for answers no longer than this', timeout);
}

const common = ({ json, timeout }: CommonOptions): Pick<SysRequest, 'json' | 'timeoutMs'> => ({
  json: json ?? false,
  timeoutMs: duration('--timeout', timeout, { min: 10, max: 60_000 }),
});

function duration(flag: string, text: string, { min, max }: { min: number; max: number }): number {
  const ms = readDuration(text);
  if (!ms.ok) fail(`${flag}: ${ms.message}`);
  if (ms.value < min || ms.value > max) fail(`${flag}: ${text} is not between ${min}ms and ${max / 1000}s`);
  return ms.value;
}

function plainRequest(
  sys: Command,
  kind: 'ping' | 'info' | 'user-info',
  description: string,
  choose: Choice,
): void {
  requestCommand(sys, kind, description, '2s').action((options: CommonOptions) =>
    choose({ kind, ...common(options) }),
  );
}

function serverRequest(
  sys: Command,
  kind: 'stats' | 'reload',
  description: string,
  timeout: string,
  choose: Choice,
): void {
  requestCommand(sys, kind, description, timeout)
    .argument('<ID>', 'the server')
    .action((server: string, options: CommonOptions) => choose({ kind, server, ...common(options) }));
}

interface ProfileOptions extends CommonOptions {
  /** One of {@link PROFILES}: commander has checked. */
  readonly name: ProfileName;
  readonly duration: string;
  readonly output?: string;
}

function addProfile(sys: Command, choose: Choice): void {
  requestCommand(sys, 'profile', 'Get a profile of a server, in the format of pprof.', '5s')
    .argument('<ID>', 'the server')
    .addOption(new Option('--name <PROFILE>', 'which profile').choices(PROFILES).makeOptionMandatory())
    .option('--duration <DURATION>', 'how long the profile cpu is measured, at most 15s', '5s')
    .option('--output <FILE>', 'where it goes (default: standard output, if that is no terminal)')
    .action((server: string, options: ProfileOptions) => {
      const durationMs = duration('--duration', options.duration, { min: 1, max: LONGEST_CPU_PROFILE_MS });
      const { name: profile, output } = options;
      choose({ kind: 'profile', server, profile, durationMs, output, ...common(options) });
    });
}

interface EventsOptions extends CommonOptions {
  readonly account?: string;
  readonly kind?: string;
}

function addEvents(sys: Command, choose: Choice): void {
  requestCommand(sys, 'events', 'Follow clients that connect, disconnect or are refused, until Ctrl-C.', '2s')
    .option('--account <KEY>', 'only those of this account')
    .option('--kind <KINDS>', `only these, separated by commas: ${CLIENT_EVENTS.join(', ')}`)
    .action((options: EventsOptions) => {
      const { account } = options;
      if (account !== undefined && !/^[^\s.*>]+$/.test(account))
        fail('--account needs the key of an account');
      choose({ kind: 'events', account, kinds: eventKinds(options.kind), ...common(options) });
    });
}

function eventKinds(text: string | undefined): readonly ClientEventKind[] {
  if (text === undefined) return CLIENT_EVENTS;
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !CLIENT_EVENTS.some((kind) => kind === word));
  if (unknown !== undefined) fail(`--kind: '${unknown}' is none of ${CLIENT_EVENTS.join(', ')}`);
  return CLIENT_EVENTS.filter((kind) => words.includes(kind));
}
