import { styleText } from 'node:util';

/** Emphasis for a terminal; on anything else the text stays as it is. */
export interface Style {
  strong(text: string): string;
  faint(text: string): string;
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
export const PLAIN: Style = { strong: plain, faint: plain, good: plain, doubtful: plain, bad: plain };

const COLORED: Style = {
  strong: (text) => styleText('bold', text),
  faint: (text) => styleText('dim', text),
  good: (text) => styleText('green', text),
  doubtful: (text) => styleText('yellow', text),
  bad: (text) => styleText('red', text),
};

/** Colours on a terminal, unless NO_COLOR says no (no-color.org: set to anything but the empty text). */
export function styleFor(stream: MaybeTerminal, env: NodeJS.ProcessEnv): Style {
  const wanted = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return wanted ? COLORED : PLAIN;
}
