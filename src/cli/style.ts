/** Emphasis for a terminal; on anything else the text stays as it is. */
export interface Style {
  strong(text: string): string;
  good(text: string): string;
  doubtful(text: string): string;
  bad(text: string): string;
}

/** The part of an output stream that decides about colours. */
export interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
}

const plain = (text: string): string => text;

/** No emphasis. */
export const PLAIN: Style = { strong: plain, good: plain, doubtful: plain, bad: plain };

/** SGR codes (ECMA-48): on and off. */
const code = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

const COLORED: Style = {
  strong: code(1, 22),
  good: code(32, 39),
  doubtful: code(33, 39),
  bad: code(31, 39),
};

/**
 * Whether characters beyond ASCII can be written there: to a terminal whose character set is UTF-8. The first of the
 * three variables that is set decides (POSIX, "Internationalization Variables").
 */
export function showsSymbols(stream: MaybeTerminal, env: NodeJS.ProcessEnv): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return stream.isTTY === true && /utf-?8/i.test(locale) && env.TERM !== 'dumb';
}

/** Colours on a terminal, unless NO_COLOR says no (no-color.org: set to anything but the empty text). */
export function styleFor(stream: MaybeTerminal, env: NodeJS.ProcessEnv): Style {
  const wanted = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return wanted ? COLORED : PLAIN;
}
