import type { Output } from '../ports.js';

// Control sequences of terminals (ECMA-48, and the private modes of DEC that every terminal knows).
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CUT_LONG_LINES = '\u001b[?7l';
const WRAP_LONG_LINES = '\u001b[?7h';
const CLEAR = '\u001b[2J';
const HOME = '\u001b[H';
const CLEAR_TO_END_OF_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** A terminal that is drawn anew again and again. However the process ends, the terminal is left as it was found. */
export class Screen {
  #begun = false;
  readonly #restore = (): void => void this.output.write(SHOW_CURSOR + WRAP_LONG_LINES);

  constructor(private readonly output: Output) {}

  /** Draws lines from the top; those that do not fit are counted. */
  draw(lines: readonly string[]): void {
    const begin = this.#begun ? '' : this.#begin();
    const text = this.#fitting(lines).map((line) => `${line}${CLEAR_TO_END_OF_LINE}\n`);
    this.output.write(`${begin}${HOME}${text.join('')}${CLEAR_BELOW}`);
  }

  /** Gives the terminal back. */
  end(): void {
    if (!this.#begun) return;
    this.#begun = false;
    process.off('exit', this.#restore);
    this.#restore();
  }

  #begin(): string {
    this.#begun = true;
    process.once('exit', this.#restore);
    return HIDE_CURSOR + CUT_LONG_LINES + CLEAR;
  }

  #fitting(lines: readonly string[]): readonly string[] {
    const room = (this.output.rows || 24) - 1;
    if (lines.length <= room) return lines;
    const shown = lines.slice(0, Math.max(0, room - 1));
    return [...shown, `(${lines.length - shown.length} more lines do not fit)`];
  }
}
