/**
 * JSON as Go's encoding/json takes it: checked and indexed in one pass that builds nothing else, so that hostile text of
 * a megabyte costs little. {@link JsonCursor} reads from the index.
 */

import { Byte, decodeStringText, StringFlag } from './json-text.js';

/** Go refuses deeper nesting (encoding/json scanner.go maxNestingDepth). */
const MAX_DEPTH = 10_000;

const flags = (characters: string): Uint8Array => {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
};

const SPACE = flags(' \t\r\n');
const DIGIT = flags('0123456789');
const HEX = flags('0123456789abcdefABCDEF');
const ESCAPED = flags('"\\/bfnrtu');

const LITERALS: ReadonlyMap<number | undefined, string> = new Map([
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
]);

const FLAG_BITS = 3;
const FLAG_MASK = (1 << FLAG_BITS) - 1;
const PLAIN = 8;

/** Bytes that a string goes on with: all but control characters, the quote and the backslash. */
const IN_STRING = new Uint8Array(256).map((_, byte) => {
  if (byte < 0x20 || byte === Byte.quote || byte === Byte.backslash) return 0;
  return byte < 0x80 ? PLAIN : PLAIN | StringFlag.beyondAscii;
});

/**
 * Sound JSON with an index of its tokens: values and names in the order of the text. A token is known by its number.
 * Containers know the number of the first token behind them, so that stepping over one costs nothing.
 */
export class JsonDocument {
  constructor(
    readonly bytes: Buffer,
    /** Two entries a token: where it starts, and how it ends (see the methods). */
    private readonly index: Int32Array,
  ) {}

  /** Offset of the token's first byte. */
  start(token: number): number {
    return this.index[token * 2] ?? 0;
  }

  /** The token's first byte, which tells its kind. */
  firstByte(token: number): number {
    return this.bytes[this.start(token)] ?? 0;
  }

  /** Of a scalar that is no string: offset of the first byte behind it. */
  scalarEnd(token: number): number {
    return this.index[token * 2 + 1] ?? 0;
  }

  /** Of a string: offset of its closing quote. */
  stringEnd(token: number): number {
    return this.scalarEnd(token) >> FLAG_BITS;
  }

  /** Of a string: what was seen of it, see {@link StringFlag}. */
  stringFlags(token: number): number {
    return this.scalarEnd(token) & FLAG_MASK;
  }

  /** Of a string or name: its text. */
  text(token: number): string {
    return decodeStringText(
      this.bytes,
      this.start(token) + 1,
      this.stringEnd(token),
      this.stringFlags(token),
    );
  }

  /** Of a scalar: the text as it stands, strings with their quotes. */
  source(token: number): string {
    const string = this.firstByte(token) === Byte.quote;
    const end = string ? this.stringEnd(token) + 1 : this.scalarEnd(token);
    return this.bytes.toString('latin1', this.start(token), end);
  }

  /** Whether the token is a number. */
  isNumber(token: number): boolean {
    const byte = this.firstByte(token);
    return byte === Byte.minus || DIGIT[byte] === 1;
  }

  /** The number of the first token behind this one and all that it contains. */
  next(token: number): number {
    const byte = this.firstByte(token);
    return byte === Byte.openObject || byte === Byte.openArray ? this.scalarEnd(token) : token + 1;
  }
}

const NO_BYTES = Buffer.alloc(0);
const NO_INDEX = new Int32Array(0);

/** One scanner serves all: a scan runs to its end at once, and V8 drops fast code of classes without an instance. */
class Scanner {
  private bytes: Buffer = NO_BYTES;
  private index = NO_INDEX;
  private tokens = 0;
  private depth = 0;
  private at = 0;
  /** The token of each container that is open, innermost last. */
  private readonly open = new Int32Array(MAX_DEPTH);

  /** Answers the document, or the offset of the first byte that keeps it from being one. */
  scan(bytes: Buffer): JsonDocument | number {
    this.bytes = bytes;
    // A token takes two bytes of text with its comma, colon or closing bracket; only the last of all may take one.
    this.index = new Int32Array(bytes.length + 2);
    this.tokens = this.depth = this.at = 0;
    const document = this.document() ? new JsonDocument(bytes, this.index) : this.at;
    this.bytes = NO_BYTES;
    this.index = NO_INDEX;
    return document;
  }

  private document(): boolean {
    do {
      if (!this.value() || !this.closings()) return false;
    } while (this.depth > 0);
    this.space();
    return this.at === this.bytes.length;
  }

  private space(): void {
    while (SPACE[this.bytes[this.at] ?? 0] === 1) this.at++;
  }

  private take(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  private note(start: number, end: number): void {
    this.index[this.tokens * 2] = start;
    this.index[this.tokens * 2 + 1] = end;
    this.tokens++;
  }

  /** A whole scalar, or openings of containers up to the first scalar or the first closing bracket. */
  private value(): boolean {
    for (;;) {
      this.space();
      const byte = this.bytes[this.at];
      if (byte === Byte.quote) return this.string(0);
      if (byte !== Byte.openObject && byte !== Byte.openArray) return this.scalar(byte);
      if (this.depth === MAX_DEPTH) return false;
      this.open[this.depth++] = this.tokens;
      this.note(this.at++, 0);
      this.space();
      // In ASCII each closing bracket stands two behind its opening one.
      if (this.bytes[this.at] === byte + 2) return true;
      if (byte === Byte.openObject && !this.name()) return false;
    }
  }

  /** What may stand behind a value: closings of containers, then a comma with what precedes the next value. */
  private closings(): boolean {
    while (this.depth > 0) {
      this.space();
      const container = this.open[this.depth - 1] ?? 0;
      const opening = this.bytes[this.index[container * 2] ?? 0] ?? 0;
      if (this.take(Byte.comma)) return opening === Byte.openArray || this.name();
      if (!this.take(opening + 2)) return false;
      this.index[container * 2 + 1] = this.tokens;
      this.depth--;
    }
    return true;
  }

  private name(): boolean {
    this.space();
    if (this.bytes[this.at] !== Byte.quote || !this.string(StringFlag.name)) return false;
    this.space();
    return this.take(Byte.colon);
  }

  private string(flag: number): boolean {
    const start = this.at;
    let seen = flag;
    for (this.at++; ; ) {
      seen |= this.plain();
      const byte = this.bytes[this.at];
      if (byte === Byte.quote) break;
      if (byte !== Byte.backslash || !this.escape()) return false;
      seen |= StringFlag.escaped;
    }
    this.note(start, (this.at << FLAG_BITS) | (seen & FLAG_MASK));
    this.at++;
    return true;
  }

  private plain(): number {
    const { bytes } = this;
    let { at } = this;
    let seen = 0;
    for (let flag = IN_STRING[bytes[at] ?? 0] ?? 0; flag !== 0; flag = IN_STRING[bytes[at] ?? 0] ?? 0) {
      seen |= flag;
      at++;
    }
    this.at = at;
    return seen;
  }

  private escape(): boolean {
    const letter = this.bytes[this.at + 1] ?? 0;
    if (ESCAPED[letter] !== 1) return false;
    this.at += 2;
    if (letter !== Byte.u) return true;
    for (const end = this.at + 4; this.at < end; this.at++) {
      if (HEX[this.bytes[this.at] ?? 0] !== 1) return false;
    }
    return true;
  }

  private scalar(byte: number | undefined): boolean {
    const start = this.at;
    const literal = LITERALS.get(byte);
    if (literal === undefined ? !this.number() : !this.literal(literal)) return false;
    this.note(start, this.at);
    return true;
  }

  private literal(literal: string): boolean {
    for (let i = 0; i < literal.length; i++) {
      if (!this.take(literal.charCodeAt(i))) return false;
    }
    return true;
  }

  private number(): boolean {
    this.take(Byte.minus);
    if (!this.take(Byte.zero) && !this.digits()) return false;
    if (this.take(Byte.dot) && !this.digits()) return false;
    // Bit 5 makes a lower-case letter of an upper-case one.
    if (((this.bytes[this.at] ?? 0) | 0x20) !== Byte.e) return true;
    this.at++;
    if (!this.take(Byte.plus)) this.take(Byte.minus);
    return this.digits();
  }

  private digits(): boolean {
    const start = this.at;
    while (DIGIT[this.bytes[this.at] ?? 0] === 1) this.at++;
    return this.at > start;
  }
}

const scanner = new Scanner();

/**
 * Checks that bytes are exactly one JSON value, and indexes it. Byte order marks, trailing data and nesting beyond
 * 10,000 are faults.
 * @returns the document, or the offset of the first byte at fault
 */
export function scanJson(bytes: Buffer): JsonDocument | number {
  return scanner.scan(bytes);
}
