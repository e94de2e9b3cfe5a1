import type { Kind } from './kinds.js';
import { path, text, toggle } from './kinds.js';
import { readNamedText } from './named-text.js';
import { findNscCreds } from './nsc-creds.js';
import { type Reading, read, unreadable } from './reading.js';
import { type NamedOption, OPTION_LIST, optionNamed } from './schema.js';
import { readHostPort } from './web-address.js';

/** Texts for an option, not yet read as its kind. */
export interface Assignment {
  readonly option: NamedOption;
  readonly texts: readonly string[];
}

/**
 * Something a user can name: an option itself, the file that holds a secret, or a shorthand such as `http.listen` that
 * stands for several options.
 */
export interface Input {
  /** The key in a configuration file, as documented. */
  readonly name: string;
  readonly description: string;
  readonly kind: Pick<Kind<unknown>, 'placeholder' | 'reads' | 'secret'>;
  /** The default as it is shown; `undefined`: there is none. */
  readonly initial: string | undefined;
  /** Without dashes. */
  readonly flag: string | undefined;
  readonly goFlags: readonly string[];
  readonly environment: string | undefined;
  readonly goKeys: readonly string[];
  readonly assign: (texts: readonly string[]) => Reading<readonly Assignment[]>;
}

/** The prefix of every environment variable that the service reads. */
export const ENVIRONMENT_PREFIX = 'NATS_ACCOUNT_SERVER_';

/** The environment variable that belongs to a flag. */
export function environmentName(flag: string): string {
  return ENVIRONMENT_PREFIX + flag.toUpperCase().replaceAll('-', '_');
}

function inputsOf(named: NamedOption): readonly Input[] {
  return named.option.kind.secret ? [secretInput(named), secretFileInput(named)] : [plainInput(named)];
}

function plainInput(named: NamedOption): Input {
  const { option } = named;
  return {
    name: named.name,
    description: option.description,
    kind: option.kind,
    initial: showInitial(named),
    flag: option.flag,
    goFlags: option.goFlags ?? [],
    environment: option.flag === undefined ? undefined : environmentName(option.flag),
    goKeys: option.goKeys ?? [],
    assign: (texts) => read([{ option: named, texts }]),
  };
}

function showInitial({ option }: NamedOption): string | undefined {
  if (option.initial === undefined || option.initial === false) return undefined;
  // The default is of the very kind that shows it.
  const shown = option.kind.show(option.initial as never);
  return Array.isArray(shown) && shown.length === 0 ? undefined : String(shown);
}

/** A secret has no flag of its own: the command line of a process can be seen by everybody on the machine. */
function secretInput(named: NamedOption): Input {
  return { ...plainInput(named), flag: undefined };
}

function secretFileInput(named: NamedOption): Input {
  const flag = `${named.option.flag ?? named.name}-file`;
  return {
    name: `${named.name}_file`,
    description: `${named.option.description} Read from this file; a line end after it does not count.`,
    kind: path('FILE'),
    initial: undefined,
    flag,
    goFlags: [],
    environment: environmentName(flag),
    goKeys: [],
    assign: (texts) => {
      const file = path('FILE').read(texts);
      return file.ok ? readSecretFile(named, file.value) : file;
    },
  };
}

function readSecretFile(option: NamedOption, file: string): Reading<readonly Assignment[]> {
  const text = readNamedText(file);
  if (!text.ok) return unreadable(`cannot read ${file}: ${text.message}`);
  const content = text.value.replace(/\r?\n$/, '');
  return content === '' ? unreadable(`${file} is empty`) : read([{ option, texts: [content] }]);
}

const LISTEN: Input = {
  name: 'http.listen',
  description: 'Where to listen: `http.host` and `http.port` in one.',
  kind: text('HOST:PORT'),
  initial: 'localhost:9090',
  flag: 'listen',
  goFlags: ['hp'],
  environment: environmentName('listen'),
  goKeys: [],
  assign: ([value = '']) => {
    const address = readHostPort(value);
    if (!address.ok) return address;
    return read([
      { option: optionNamed('http.host'), texts: [address.value.host] },
      { option: optionNamed('http.port'), texts: [address.value.port] },
    ]);
  },
};

const NSC_USER: Input = {
  name: 'nats.nsc_user',
  description:
    "The user to connect as, by the names that nsc knows: `nats.creds` is then that user's creds file in nsc's keystore (`$NKEYS_PATH`, `$XDG_DATA_HOME/nats/nsc/keys`, `~/.local/share/nats/nsc/keys`, `~/.nkeys`), in the layout of today or in that of old versions.",
  kind: text('OPERATOR/ACCOUNT/USER'),
  initial: undefined,
  flag: 'user',
  goFlags: [],
  environment: environmentName('user'),
  goKeys: [],
  assign: ([value = '']) => {
    const file = findNscCreds(value);
    return file.ok ? read([{ option: optionNamed('nats.creds'), texts: [file.value] }]) : file;
  },
};

/** `-D` and its like: on, they raise the log level; off, they say nothing. */
function verbosity(level: 'debug' | 'trace', goFlags: readonly string[]): Input {
  return {
    name: `logging.${level}`,
    description: `The same as \`logging.level\` ${level}.`,
    kind: toggle,
    initial: undefined,
    flag: level,
    goFlags,
    environment: environmentName(level),
    goKeys: [`logging.${level}`],
    assign: (texts) => {
      const on = toggle.read(texts);
      if (!on.ok) return on;
      return read(on.value ? [{ option: optionNamed('logging.level'), texts: [level] }] : []);
    },
  };
}

const SHORTHANDS: readonly Input[] = [
  LISTEN,
  NSC_USER,
  verbosity('debug', ['D']),
  verbosity('trace', ['V', 'DV']),
];

/** Everything a user can name; within a group in the order of the documentation. */
export const INPUTS: readonly Input[] = [...SHORTHANDS, ...OPTION_LIST.flatMap(inputsOf)];
