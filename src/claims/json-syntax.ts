/**
 * Whether bytes are JSON as Go's encoding/json takes it, found without building anything: a hostile text of a megabyte
 * costs one pass and no memory. Readers of this room ({@link JsonCursor}) rely on this check.
 */

/** Go refuses deeper nesting (encoding/json scanner.go maxNestingDepth). */
const MAX_DEPTH = 10_000;

/** Byte values of the characters that JSON gives a meaning. */
export const Byte = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  u: 0x75,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

const flags = (characters: string): Uint8Array => {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
};

const SPACE = flags(' \t\r\n');
const DIGIT = flags('0123456789');
const HEX = flags('0123456789abcdefABCDEF');
const ESCAPED = flags('"\\/bfnrtu');
/** Bytes that a string goes on with: all but control characters, the quote and the backslash. */
const PLAIN = new Uint8Array(256).map((_, byte) => Number(byte >= 0x20 && byte !== 0x22 && byte !== 0x5c));

/** Whether the byte is JSON white space. */
export const isSpace = (byte: number | undefined): boolean => SPACE[byte ?? 0] === 1;

/** Kind of each container that is open, innermost last. Shared: a check runs to its end without yielding. */
const open = new Uint8Array(MAX_DEPTH);

const LITERALS: ReadonlyMap<number | undefined, string> = new Map([
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
]);

class SyntaxCheck {
  at = 0;
  #depth = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Checks the one value that the text must be. On failure `at` is the offending byte. */
  document(): boolean {
    do {
      if (!this.#value() || !this.#closings()) return false;
    } while (this.#depth > 0);
    this.#space();
    return this.at === this.#bytes.length;
  }

  #space(): void {
    while (SPACE[this.#bytes[this.at] ?? 0] === 1) this.at++;
  }

  #take(byte: number): boolean {
    if (this.#bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** A whole scalar or empty container, or the opening of a container with what precedes its first value. */
  #value(): boolean {
    for (;;) {
      this.#space();
      const byte = this.#bytes[this.at];
      if (byte === Byte.quote) return this.#string();
      if (byte !== Byte.openObject && byte !== Byte.openArray) return this.#scalar(byte);
      if (!this.#enter(byte)) return false;
      this.#space();
      if (this.#bytes[this.at] === byte + 2) return true;
      if (byte === Byte.openObject && !this.#name()) return false;
    }
  }

  #enter(byte: number): boolean {
    if (this.#depth === MAX_DEPTH) return false;
    open[this.#depth++] = byte;
    this.at++;
    return true;
  }

  /** What may stand behind a value: closings of containers, then a comma with what precedes the next value. */
  #closings(): boolean {
    while (this.#depth > 0) {
      this.#space();
      const container = open[this.#depth - 1] ?? 0;
      if (this.#take(Byte.comma)) return container === Byte.openArray || this.#name();
      // In ASCII each closing bracket stands two behind its opening one.
      if (!this.#take(container + 2)) return false;
      this.#depth--;
    }
    return true;
  }

  #name(): boolean {
    this.#space();
    if (this.#bytes[this.at] !== Byte.quote || !this.#string()) return false;
    this.#space();
    return this.#take(Byte.colon);
  }

  #string(): boolean {
    const bytes = this.#bytes;
    let at = this.at + 1;
    for (;;) {
      while (PLAIN[bytes[at] ?? 0] === 1) at++;
      this.at = at;
      if (bytes[at] === Byte.quote) {
        this.at = at + 1;
        return true;
      }
      if (bytes[at] !== Byte.backslash || !this.#escape()) return false;
      at = this.at;
    }
  }

  #escape(): boolean {
    const letter = this.#bytes[this.at + 1] ?? 0;
    if (ESCAPED[letter] !== 1) return false;
    this.at += 2;
    if (letter !== Byte.u) return true;
    for (const end = this.at + 4; this.at < end; this.at++) {
      if (HEX[this.#bytes[this.at] ?? 0] !== 1) return false;
    }
    return true;
  }

  #scalar(byte: number | undefined): boolean {
    const literal = LITERALS.get(byte);
    return literal === undefined ? this.#number() : this.#literal(literal);
  }

  #literal(literal: string): boolean {
    for (let i = 0; i < literal.length; i++) {
      if (!this.#take(literal.charCodeAt(i))) return false;
    }
    return true;
  }

  #number(): boolean {
    this.#take(Byte.minus);
    if (!this.#take(Byte.zero) && !this.#digits()) return false;
    if (this.#take(0x2e) && !this.#digits()) return false;
    if (((this.#bytes[this.at] ?? 0) | 0x20) !== 0x65) return true;
    this.at++;
    if (!this.#take(0x2b)) this.#take(Byte.minus);
    return this.#digits();
  }

  #digits(): boolean {
    const start = this.at;
    while (DIGIT[this.#bytes[this.at] ?? 0] === 1) this.at++;
    return this.at > start;
  }
}

/**
 * Looks for the first byte that keeps a text from being exactly one JSON value (byte order marks, trailing data and
 * nesting beyond 10,000 included).
 * @returns its offset, or `undefined` when the text is sound
 */
export function findSyntaxFault(bytes: Uint8Array): number | undefined {
  const check = new SyntaxCheck(bytes);
  return check.document() ? undefined : check.at;
}
