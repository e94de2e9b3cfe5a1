import { INPUTS, type Input } from './inputs.js';
import { OBSOLETE_KEYS } from './obsolete.js';

/** A group of options as people read them. */
export interface InputGroup {
  readonly title: string;
  readonly inputs: readonly Input[];
}

const TITLES: readonly (readonly [title: string, prefix: string])[] = [
  ['Store and trust', 'store'],
  ['HTTP', 'http'],
  ['NATS', 'nats'],
  ['Logging', 'logging'],
];

/** Everything a user can name, grouped for help and documentation; operator and system account count to the store. */
export const INPUT_GROUPS: readonly InputGroup[] = TITLES.map(([title, prefix]) => ({
  title,
  inputs: INPUTS.filter(
    (input) => (input.name.includes('.') ? input.name.split('.')[0] : 'store') === prefix,
  ),
}));

/** The reference page of every option (`docs/configuration.md`), made from the table of options alone. */
export function renderReference(): string {
  return [INTRODUCTION, ...INPUT_GROUPS.map(renderGroup), renderObsolete(), ''].join('\n');
}

function renderGroup({ title, inputs }: InputGroup): string {
  return [`## ${title}`, '', ...inputs.map(renderInput)].join('\n');
}

function renderInput(input: Input): string {
  const facts = [
    `- key: ${[input.name, ...otherKeys(input)].map(code).join(', ')}`,
    ...(input.flag === undefined ? [] : [`- flag: ${flags(input).map(code).join(', ')}`]),
    ...(input.environment === undefined ? [] : [`- environment: ${code(input.environment)}`]),
    ...(input.initial === undefined ? [] : [`- default: ${code(input.initial)}`]),
  ];
  return [`### ${code(input.name)}`, '', input.description, '', ...facts, ''].join('\n');
}

/** Keys of the Go server that are more than another way to write the same. */
function otherKeys(input: Input): readonly string[] {
  return input.goKeys.filter((key) => key !== input.name.replaceAll('_', ''));
}

function flags(input: Input): string[] {
  const { placeholder } = input.kind;
  const value = placeholder === '' ? '' : ` ${placeholder}`;
  const own = input.initial === 'true' ? `--no-${input.flag}` : `--${input.flag}${value}`;
  return [own, ...input.goFlags.map((flag) => `-${flag}${value}`)];
}

const code = (text: string): string => `\`${text}\``;

function renderObsolete(): string {
  const lines = [...OBSOLETE_KEYS].map(([key, { message }]) => `- ${code(key)}: ${message}`);
  return ['## Keys of the Go server without effect', '', ...lines].join('\n');
}

const INTRODUCTION = `# Configuration

<!-- Written by \`npm run docs\` from src/config: change the options there, not here. -->

An option can be set by a flag, an environment variable or a key of the configuration file (\`-c FILE\` or
\`NATS_ACCOUNT_SERVER_CONFIG\`). Flags count more than the environment, the environment more than the file. All mistakes
are reported together; \`nats-account-server check-config\` reports them and changes nothing, \`--dump\` shows the
configuration in force with its secrets hidden. SIGHUP reads all of it again.

Exactly one store has to be named: \`--nsc\`, \`--dir\` or \`--memory\`.

## The configuration file

The syntax is that of nats-server: \`key: value\`, \`key = value\` or \`key value\`, blocks in \`{ }\`, lists in \`[ ]\`,
comments after \`#\` or \`//\`, \`include "other.conf"\`, and \`$NAME\` for a key above or an environment variable. JSON is a
subset. Case, \`_\` and \`-\` in keys do not matter: \`readonly\`, \`read_only\` and \`readOnly\` are one key. Files of the Go
nats-account-server are accepted as they are. Unknown keys are refused.

\`\`\`
operator: /etc/nats/acme.jwt

store {
  dir: /var/lib/nats-account-server
}

http {
  listen: 0.0.0.0:9090
  push {
    user: nsc
    password: $PUSH_PASSWORD
  }
}

nats {
  servers: [ nats://n1.example.com:4222, nats://n2.example.com:4222 ]
  creds: /etc/nats/sys.creds
}
\`\`\`

Durations are written \`500ms\`, \`2s\`, \`1m30s\`, \`1h\`; a bare number is milliseconds. Counts may be written \`10k\`. A path
may begin with \`~\`; relative paths count from the working directory. Secrets have no flag of their own, since everybody
on a machine can see the command lines of its processes: use the environment, or a file.
`;
