import { path } from './kinds.js';
import { type Option, optional, type ValuesOf } from './option.js';
import { HTTP_OPTIONS } from './options/http.js';
import { LOGGING_OPTIONS } from './options/logging.js';
import { NATS_OPTIONS } from './options/nats.js';
import { STORE_OPTIONS } from './options/store.js';

/**
 * Every option of the service, in the shape of the configuration. The type {@link Config}, the checks, `--help` and
 * `docs/configuration.md` all follow from this table; a new option is one entry.
 */
export const OPTIONS = {
  operator: optional(path('FILE'), {
    description:
      'The operator JWT: only accounts that this operator signed are served. An nsc directory brings its own; one that is named here takes its place.',
    flag: 'operator',
    goFlags: ['operator'],
    goKeys: ['operatorjwtpath'],
  }),
  systemAccount: optional(path('FILE'), {
    description: 'The JWT of the system account, served even where the store does not hold it.',
    flag: 'system-account',
    goKeys: ['systemaccountjwtpath'],
  }),
  store: STORE_OPTIONS,
  http: HTTP_OPTIONS,
  nats: NATS_OPTIONS,
  logging: LOGGING_OPTIONS,
} as const;

/** The checked configuration; times in milliseconds, paths absolute, secrets wrapped in `Secret`. */
export type Config = ValuesOf<typeof OPTIONS>;

/** An option with its place in the table. */
export interface NamedOption {
  /** As in a configuration file and in messages: `store.read_only`. */
  readonly name: string;
  /** The way to its value in {@link Config}: `['store', 'readOnly']`. */
  readonly path: readonly string[];
  readonly option: Option<unknown>;
}

/** Every option, in the order of the table. */
export const OPTION_LIST: readonly NamedOption[] = flatten(OPTIONS, []);

function flatten(table: object, path: readonly string[]): NamedOption[] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]) => {
    const here = [...path, key];
    if (isOption(value)) return [{ name: optionName(here), path: here, option: value }];
    return typeof value === 'object' && value !== null ? flatten(value, here) : [];
  });
}

function isOption(value: unknown): value is Option<unknown> {
  return typeof value === 'object' && value !== null && 'kind' in value && 'initial' in value;
}

/** `['store', 'sweepIntervalMs']` is written `store.sweep_interval`: the unit belongs to the value there. */
function optionName(path: readonly string[]): string {
  const snake = (word: string) => word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return path.map(snake).join('.').replace(/_ms$/, '');
}

/** The option of that name; the names in code are checked by the tests. */
export function optionNamed(name: string): NamedOption {
  const found = OPTION_LIST.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`there is no option ${name}`);
  return found;
}
