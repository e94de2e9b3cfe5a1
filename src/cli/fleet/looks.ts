import type { Output } from '../ports.js';
import { type Style, showsSymbols, styleFor } from '../style.js';
import type { Cell, Row } from '../table.js';
import type { Tone, Word } from './words.js';

/** How output looks where it goes. */
export interface Looks {
  readonly style: Style;
  readonly marks: Readonly<Record<Tone, string>>;
  /** Columns that a line may take. */
  readonly width: number;
}

const SYMBOLS = { good: '✓', quiet: '·', flawed: '!', unknown: '?', bad: '✗' } as const;
const ASCII = { good: 'ok', quiet: '-', flawed: '!', unknown: '?', bad: 'x' } as const;

/** What a line in a file or a pipeline may take. */
const WIDTH_WITHOUT_TERMINAL = 120;

/** Looks for a stream: colours and symbols on a terminal that shows them, plain ASCII elsewhere. */
export function looksFor(stream: Output, env: NodeJS.ProcessEnv): Looks {
  return {
    style: styleFor(stream, env),
    marks: showsSymbols(stream, env) ? SYMBOLS : ASCII,
    width: stream.columns || WIDTH_WITHOUT_TERMINAL,
  };
}

/** The emphasis of a tone. */
export function emphasis({ style }: Looks, tone: Tone): Cell['style'] {
  switch (tone) {
    case 'good':
      return style.good;
    case 'bad':
      return style.bad;
    case 'flawed':
    case 'unknown':
      return style.doubtful;
    case 'quiet':
      return undefined;
  }
}

/** A word with its mark: `✗ other`. */
export function marked(looks: Looks, { tone, short }: Pick<Word, 'tone' | 'short'>): Cell {
  return { text: `${looks.marks[tone]} ${short}`.trimEnd(), style: emphasis(looks, tone) };
}

/** The names of columns. */
export const headOf = (names: readonly string[], { style }: Looks): Row =>
  names.map((text) => ({ text, style: style.strong }));
