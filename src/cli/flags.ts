import type { FlagSetting } from '../config/from-flags.js';
import { environmentName, INPUTS } from '../config/inputs.js';

/** A flag of the command line. */
export interface KnownFlag {
  /** Without dashes. */
  readonly flag: string;
  readonly goFlags: readonly string[];
  /** What the help shows for its value; '' for a switch. */
  readonly placeholder: string;
  readonly description: string;
  /** It does not exist, but people try it; this says what to do instead. */
  readonly refusal?: string;
}

/** Flags that are no options of the configuration, but come with every command. */
export const GENERAL_FLAGS: readonly KnownFlag[] = [
  { flag: 'config', goFlags: ['c'], placeholder: 'FILE', description: 'Read this configuration file.' },
  {
    flag: 'dump',
    goFlags: [],
    placeholder: '',
    description: 'Print the configuration in force, secrets hidden.',
  },
];

/** Accepted so that the answer can say why it does not work. */
const UNSUPPORTED_FLAGS: readonly KnownFlag[] = [
  { flag: 'primary', goFlags: [], placeholder: 'URL', description: '' },
];

/** Every option of the configuration that has a flag. */
export const CONFIG_FLAGS: readonly KnownFlag[] = INPUTS.flatMap(({ flag, goFlags, kind, description }) =>
  flag === undefined ? [] : [{ flag, goFlags, placeholder: kind.placeholder, description }],
);

/** A secret on the command line could be read by everybody on the machine. */
const SECRET_FLAGS: readonly KnownFlag[] = CONFIG_FLAGS.flatMap(({ flag }) => {
  const secret = INPUTS.find(
    ({ kind, environment }) => kind.secret && `${environment}_FILE` === environmentName(flag),
  );
  if (secret === undefined) return [];
  const refusal = `secrets do not belong on a command line; use --${flag} FILE or the environment variable ${secret.environment}`;
  return [{ flag: flag.replace(/-file$/, ''), goFlags: [], placeholder: 'SECRET', description: '', refusal }];
});

const FLAG_BY_SPELLING = new Map(
  [...GENERAL_FLAGS, ...CONFIG_FLAGS, ...UNSUPPORTED_FLAGS, ...SECRET_FLAGS].flatMap((known) =>
    [known.flag, ...known.goFlags].map((spelling) => [spelling, known] as const),
  ),
);

/** What {@link takeFlags} found. */
export interface TakenFlags {
  readonly flags: readonly FlagSetting[];
  /** The arguments that are no such flags: commands, their own options, mistakes. */
  readonly rest: readonly string[];
  readonly problems: readonly string[];
}

/** `-nsc`, `--nsc`, `-nsc=DIR`, `--no-memory`. */
const FLAG = /^--?([a-z][\w-]*)(?:=(.*))?$/is;

/**
 * Takes the flags out of the arguments, wherever they stand, in Go's spelling (one dash, long names, `-flag=value`,
 * switches as `-ro=false`) as well as with two dashes. After `--` nothing is a flag.
 */
export function takeFlags(args: readonly string[]): TakenFlags {
  const taken = { flags: [] as FlagSetting[], rest: [] as string[], problems: [] as string[] };
  const end = args.indexOf('--');
  const waiting = end < 0 ? [...args] : args.slice(0, end);
  for (let arg = waiting.shift(); arg !== undefined; arg = waiting.shift()) {
    const found = recognise(arg);
    if (found === undefined) taken.rest.push(arg);
    else takeFlag(found, found.value ?? waiting.shift(), taken);
  }
  if (end >= 0) taken.rest.push(...args.slice(end));
  return taken;
}

function takeFlag(
  { known, spelling }: Recognised,
  value: string | undefined,
  { flags, problems }: { flags: FlagSetting[]; problems: string[] },
): void {
  if (known.refusal !== undefined) problems.push(`${spelling}: ${known.refusal}`);
  else if (value === undefined) problems.push(`${spelling} needs a value: ${spelling} ${known.placeholder}`);
  else flags.push({ flag: known.flag, spelling, value });
}

interface Recognised {
  readonly known: KnownFlag;
  /** As the user wrote it, without the value. */
  readonly spelling: string;
  /** `undefined`: it is the next argument. */
  readonly value: string | undefined;
}

function recognise(arg: string): Recognised | undefined {
  const [, name = '', value] = FLAG.exec(arg) ?? [];
  const known = FLAG_BY_SPELLING.get(name);
  if (known === undefined) return value === undefined ? recogniseNegation(arg, name) : undefined;
  if (value !== undefined) return { known, spelling: arg.slice(0, arg.indexOf('=')), value };
  return { known, spelling: arg, value: known.placeholder === '' ? 'true' : undefined };
}

/** `--no-read-only` switches off what a file or the environment switched on. */
function recogniseNegation(arg: string, name: string): Recognised | undefined {
  const known = name.startsWith('no-') ? FLAG_BY_SPELLING.get(name.slice(3)) : undefined;
  return known?.placeholder === '' ? { known, spelling: arg, value: 'false' } : undefined;
}
