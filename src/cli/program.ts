import { Command, Option } from 'commander';
import { nearest } from '../config/nearest.js';
import { INPUT_GROUPS } from '../config/reference.js';
import { addAudit } from './audit/command.js';
import { GENERAL_FLAGS, type KnownFlag } from './flags.js';
import { addFleet } from './fleet/command.js';
import { DEMO_DIRECTORY, type DemoAction, type InspectOutput } from './invocation.js';
import { type Choose, fail, subcommand } from './subcommand.js';
import { addSys } from './sys/command.js';

const EXAMPLES = `
Examples:
  nats-account-server demo                                  try it out, nothing needed
  nats-account-server --nsc ~/.local/share/nats/nsc/stores/acme
  nats-account-server --nsc DIR --nats nats://localhost:4222 --creds sys.creds
  nats-account-server --dir /var/lib/jwt --operator acme.jwt --listen 0.0.0.0:9090
  nats-account-server check-config -c as.conf               all mistakes, nothing started
  nats-account-server fleet --wait 10s                      do all nats-servers run what is published?
  nats-account-server inspect account.jwt                   what a token says and whether it is sound
  nats-account-server sys ping --user acme/SYS/sys          which nats-servers are there and how they do

Flags of the Go nats-account-server (-nsc, -dir, -hp, -ro, -D …) work as well. Every option can also stand in the
configuration file (NATS syntax) or in the environment, see docs/configuration.md.`;

/** Describes the command line to commander, which parses commands, and writes the help. */
export function buildProgram(version: string, choose: Choose, print: (text: string) => void): Command {
  const program = new Command('nats-account-server')
    .description('Serves account JWTs to nats-servers, and sees to it that they run the newest.')
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined })
    .allowExcessArguments()
    .version(version, '--version', 'Print the version.')
    .helpOption('-h, --help', 'Print this help, or that of a command.')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .action((_options, command: Command) => {
      refuseUnknownCommand(command);
      choose({ name: 'serve' });
    });
  addHelpOfFlags(program);
  subcommand(program, 'serve')
    .description('Serve accounts (what happens without a command).')
    .action(() => choose({ name: 'serve' }));
  addDemo(program, choose);
  addInspect(program, choose);
  addFleet(program, choose);
  addSys(program, choose);
  addAudit(program, choose);
  subcommand(program, 'check-config')
    .description('Check the configuration and say all that is wrong; nothing is started or changed.')
    .action(() => choose({ name: 'check-config' }));
  return program;
}

/** The flags are taken out before commander sees the arguments; it knows them for the help and for suggestions. */
function addHelpOfFlags(program: Command): void {
  for (const flag of GENERAL_FLAGS) program.addOption(helpOption(flag).helpGroup('General:'));
  for (const { title, inputs } of INPUT_GROUPS) {
    for (const { flag, goFlags, kind, description, initial } of inputs) {
      if (flag === undefined) continue;
      const isOn = initial === 'true';
      const known = {
        flag: isOn ? `no-${flag}` : flag,
        goFlags,
        placeholder: kind.placeholder,
        description: withDefault(description, isOn ? undefined : initial),
      };
      program.addOption(helpOption(known).helpGroup(`${title}:`));
    }
  }
}

function helpOption({ flag, goFlags, placeholder, description }: KnownFlag): Option {
  const short = goFlags.find((name) => name.length === 1);
  const value = placeholder === '' ? '' : ` <${placeholder}>`;
  return new Option(
    `${short === undefined ? '' : `-${short}, `}--${flag}${value}`,
    description.replaceAll('`', ''),
  );
}

/** The first sentence is enough for the help; the reference page has them all. */
function withDefault(description: string, initial: string | undefined): string {
  const sentence = /^.*?\.(?=\s|$)/s.exec(description)?.[0] ?? description;
  return initial === undefined ? sentence : `${sentence} (default: ${initial})`;
}

function refuseUnknownCommand(program: Command): void {
  const [word] = program.args;
  if (word === undefined) return;
  const known = program.commands.map((command) => command.name());
  const meant = nearest(word, known);
  const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
  fail(`unknown command '${word}'; ${hint}`);
}

const DEMO_USERS = ['app', 'guest'];

function addDemo(program: Command, choose: Choose): void {
  subcommand(program, 'demo')
    .description(
      'Try it out: make a complete operator with accounts and users, serve it, and say what to type next.',
    )
    .argument('[dir]', 'where the demo is kept', DEMO_DIRECTORY)
    .option('--with-nats-server', 'run a nats-server as well and show a change arriving')
    .option('--change', 'revoke the user guest of a running demo, or let guest in again')
    .addOption(
      new Option('--client <user>', 'connect a client to the nats-server of a running demo').choices(
        DEMO_USERS,
      ),
    )
    .action((directory: string, options: DemoOptions) => {
      choose({ name: 'demo', directory, action: demoAction(options) });
    });
}

interface DemoOptions {
  readonly withNatsServer?: true;
  readonly change?: true;
  /** One of {@link DEMO_USERS}: commander has checked. */
  readonly client?: 'app' | 'guest';
}

function demoAction({ withNatsServer, change, client }: DemoOptions): DemoAction {
  const chosen = [withNatsServer, change, client].filter((option) => option !== undefined);
  if (chosen.length > 1) fail('demo takes one of --with-nats-server, --change and --client');
  if (client !== undefined) return { kind: 'client', user: client };
  return change ? { kind: 'change' } : { kind: 'serve', withNatsServer: withNatsServer ?? false };
}

const INSPECT_HELP = `
Exit codes: 0 nothing wrong, 2 wrong usage, 3 nats-server would refuse the token, 4 not decodable.

--jsonl reads lines {"jwt":"…"} or {"jwt_b64":"…"} and writes one line for each, in order; with --keys the lines are
{"text":"…"} and the answer says what kind of key the text is. With --operator (or an nsc directory) each line says
whether the operator signed the token.`;

function addInspect(program: Command, choose: Choose): void {
  subcommand(program, 'inspect')
    .description('Show what a token says, who signed it, and what is wrong with it.')
    .argument(
      '[what]',
      'a file (JWT, creds or decorated), - for standard input, a token, or an account key of the store',
    )
    .option('--json', 'print JSON')
    .option('--jsonl', 'judge many tokens: JSON lines in, JSON lines out')
    .option('--keys', 'with --jsonl: judge keys instead of tokens')
    .addHelpText('after', INSPECT_HELP)
    .action((what: string | undefined, options: InspectOptions) => {
      const output = inspectOutput(options);
      const manyLines = output === 'jsonl' || output === 'jsonl-keys';
      if (manyLines && what !== undefined && what !== '-')
        fail('inspect --jsonl reads standard input and takes no file');
      if (!manyLines && what === undefined) fail('inspect needs a file, -, a token or an account key');
      choose({ name: 'inspect', subject: manyLines ? '' : (what ?? ''), output });
    });
}

interface InspectOptions {
  readonly json?: true;
  readonly jsonl?: true;
  readonly keys?: true;
}

function inspectOutput({ json, jsonl, keys }: InspectOptions): InspectOutput {
  if (keys && !jsonl) fail('--keys needs --jsonl');
  if (json && jsonl) fail('inspect takes one of --json and --jsonl');
  if (jsonl) return keys ? 'jsonl-keys' : 'jsonl';
  return json ? 'json' : 'table';
}
