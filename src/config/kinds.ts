import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readDuration, showDuration } from './duration.js';
import { type Reading, read, unreadable } from './reading.js';
import { maskUserinfo, Secret } from './secret.js';

/**
 * A kind of value: how its text is read. Every source (flag, environment, file) gives text, so that one reader serves
 * all and numbers may be quoted.
 */
export interface Kind<T> {
  /** What the help shows for the value: `DIR`, `HOST:PORT`; '' for a switch. */
  readonly placeholder: string;
  readonly reads: 'switch' | 'one' | 'many';
  /** Never shown: not in messages, not in `--dump`, not on the command line. */
  readonly secret?: true;
  /** Reads the texts: exactly one unless the kind reads many. */
  readonly read: (texts: readonly string[]) => Reading<T>;
  /** When one source names the option several times: what both together mean. Without it the last one counts. */
  readonly merge?: (earlier: T, later: T) => T;
  /** The value as the documentation and `--dump` show it. */
  readonly show: (value: T) => unknown;
}

function one<T>(placeholder: string, reader: (text: string) => Reading<T>): Kind<T> {
  return { placeholder, reads: 'one', read: ([text = '']) => reader(text), show: (value) => value };
}

/** Any text but the empty one. */
export function text(placeholder: string): Kind<string> {
  return one(placeholder, readText);
}

/** A host to listen on; '' (from `:9090`) is every address. */
export const host: Kind<string> = one('HOST', (value) => (value === '' ? read(value) : readText(value)));

function readText(value: string): Reading<string> {
  if (value === '') return unreadable('the value is empty');
  return value.includes('\0') ? unreadable('the value holds a NUL character') : read(value);
}

/** A file or directory: `~` is the home directory, relative paths count from the working directory. */
export function path(placeholder: 'FILE' | 'DIR'): Kind<string> {
  return one(placeholder, (value) => {
    const reading = readText(value);
    return reading.ok ? read(resolve(expandHome(value))) : reading;
  });
}

/** Replaces a leading `~` by the home directory. */
export function expandHome(value: string): string {
  return value === '~' || value.startsWith('~/') ? join(homedir(), value.slice(1)) : value;
}

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

/** On or off. */
export const toggle: Kind<boolean> = {
  placeholder: '',
  reads: 'switch',
  read: ([value = '']) => {
    const on = SWITCH_WORDS.get(value.toLowerCase());
    return on === undefined ? unreadable(`"${value}" is neither true nor false`) : read(on);
  },
  show: (value) => value,
};

/** nats-server's size suffixes (conf/parse.go): `k` is 1000, `kb`, `ki` and `kib` are 1024. */
const SUFFIX = /^(-?\d+)\s*(?:([kmgt])(b|i|ib)?)?$/i;

/** A whole number between two bounds; `10k` and `64KiB` are understood. */
export function integer(placeholder: string, bounds: { min: number; max: number }): Kind<number> {
  return one(placeholder, (value) => {
    const [, digits, letter, binary] = SUFFIX.exec(value) ?? [];
    if (digits === undefined) return unreadable(`"${value}" is no whole number`);
    const power = letter === undefined ? 0 : 'kmgt'.indexOf(letter.toLowerCase()) + 1;
    const number = Number(digits) * (binary === undefined ? 1000 : 1024) ** power;
    const fits = number >= bounds.min && number <= bounds.max;
    return fits ? read(number) : unreadable(`${value} is not between ${bounds.min} and ${bounds.max}`);
  });
}

/** A time span, kept in milliseconds; at least `minMs`. */
export function duration(minMs = 1): Kind<number> {
  const kind = one('DURATION', (value) => {
    const reading = readDuration(value);
    return reading.ok && reading.value < minMs
      ? unreadable(`${value} is shorter than ${showDuration(minMs)}`)
      : reading;
  });
  return { ...kind, show: showDuration };
}

/** One of a few words, in any case. */
export function choice<const W extends string>(placeholder: string, words: readonly W[]): Kind<W> {
  return one(placeholder, (value) => {
    const word = words.find((known) => known === value.toLowerCase());
    return word === undefined ? unreadable(`"${value}" is none of ${words.join(', ')}`) : read(word);
  });
}

/** Any number of values: a repeated flag, commas, or a list in a file. */
export function list(placeholder: string, check: (item: string) => Reading<string>): Kind<readonly string[]> {
  return {
    placeholder,
    reads: 'many',
    read: (texts) => {
      const items = texts.flatMap((value) => value.split(',')).map((item) => item.trim());
      return readAll(
        items.filter((item) => item !== ''),
        check,
      );
    },
    merge: (earlier, later) => [...earlier, ...later],
    show: (items) => items.map(maskUserinfo),
  };
}

function readAll(
  items: readonly string[],
  check: (item: string) => Reading<string>,
): Reading<readonly string[]> {
  const readings = items.map(check);
  const wrong = readings.find((reading) => !reading.ok);
  if (wrong !== undefined && !wrong.ok) return wrong;
  return read(readings.flatMap((reading) => (reading.ok ? [reading.value] : [])));
}

/** Text that is never shown. */
export const secret: Kind<Secret> = {
  placeholder: 'SECRET',
  reads: 'one',
  secret: true,
  read: ([value = '']) => (value === '' ? unreadable('the value is empty') : read(new Secret(value))),
  show: (value) => value.toString(),
};
