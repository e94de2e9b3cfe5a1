import { type Position, SyntaxProblem } from './nodes.js';

/** A place in a text that only moves forward and knows its line and column. */
export class Cursor {
  #index = 0;
  #line = 1;
  #lineStart = 0;

  constructor(
    readonly text: string,
    readonly file: string,
  ) {}

  get ended(): boolean {
    return this.#index >= this.text.length;
  }

  get index(): number {
    return this.#index;
  }

  /** The character here, or `ahead` of here; '' beyond the end. */
  peek(ahead = 0): string {
    return this.text[this.#index + ahead] ?? '';
  }

  /** Takes the character here. */
  next(): string {
    const character = this.peek();
    this.#index++;
    if (character === '\n') {
      this.#line++;
      this.#lineStart = this.#index;
    }
    return character;
  }

  /** Takes characters while they pass the test, and gives them. */
  takeWhile(test: (character: string) => boolean): string {
    const start = this.#index;
    while (!this.ended && test(this.peek())) this.next();
    return this.text.slice(start, this.#index);
  }

  at(): Position {
    return { file: this.file, line: this.#line, column: this.#index - this.#lineStart + 1 };
  }

  /** @throws SyntaxProblem here, or where it says. */
  fail(message: string, at: Position = this.at()): never {
    throw new SyntaxProblem(message, at);
  }
}

/** A space or tab. */
export const isSpace = (character: string): boolean => character === ' ' || character === '\t';
/** A line feed or carriage return. */
export const isLineEnd = (character: string): boolean => character === '\n' || character === '\r';
/** Any white space that the syntax knows. */
export const isBlank = (character: string): boolean => isSpace(character) || isLineEnd(character);

/** How an error names the character here. */
export function nameCharacter(cursor: Cursor): string {
  if (cursor.ended) return 'the end of the file';
  return isLineEnd(cursor.peek()) ? 'the end of the line' : `'${cursor.peek()}'`;
}
