/**
 * JSON as Go's encoding/json takes it: checked and indexed in one pass that builds nothing else, so that hostile text of
 * a megabyte costs little. {@link JsonCursor} reads from the index.
 */

import { decodeStringText } from './json-text.js';
import {
  Byte,
  endOfScalar,
  endOfString,
  FLAG_BITS,
  FLAG_MASK,
  isDigit,
  StringFlag,
  skipSpace,
} from './json-token.js';

/** Go refuses deeper nesting (encoding/json scanner.go maxNestingDepth). */
const MAX_DEPTH = 10_000;

/**
 * Sound JSON with an index of its tokens: values and names in the order of the text. A token is known by its number.
 * Containers know the number of the first token behind them, so that stepping over one costs nothing. A document is to
 * be read at once: it is good until {@link scanJson} is called for other bytes.
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
    return byte === Byte.minus || isDigit(byte);
  }

  /** The number of the first token behind this one and all that it contains. */
  next(token: number): number {
    const byte = this.firstByte(token);
    return byte === Byte.openObject || byte === Byte.openArray ? this.scalarEnd(token) : token + 1;
  }
}

/** Entries of the index to begin with, enough for most tokens. */
const FIRST_INDEX_SIZE = 4096;

/**
 * One scanner serves all: a scan runs to its end at once, so that all can share one index. Fresh memory for it would cost
 * more than the scan itself, and V8 drops fast code of classes that have no instance.
 */
class Scanner {
  private bytes: Buffer = Buffer.alloc(0);
  private index = new Int32Array(FIRST_INDEX_SIZE);
  private tokens = 0;
  private depth = 0;
  private at = 0;
  /** The token of each container that is open, innermost last. */
  private readonly open = new Int32Array(MAX_DEPTH);
  private scanned: JsonDocument | number = 0;

  /** Answers the document, or the offset of the first byte that keeps it from being one. */
  scan(bytes: Buffer): JsonDocument | number {
    if (bytes !== this.bytes) this.scanned = this.scanAnew(bytes);
    return this.scanned;
  }

  private scanAnew(bytes: Buffer): JsonDocument | number {
    this.bytes = bytes;
    // A token takes two bytes of text with its comma, colon or closing bracket; only the last of all may take one.
    if (this.index.length < bytes.length + 2) this.index = new Int32Array(bytes.length + 2);
    this.tokens = this.depth = this.at = 0;
    return this.document() ? new JsonDocument(bytes, this.index) : this.at;
  }

  private document(): boolean {
    do {
      if (!this.value() || !this.closings()) return false;
    } while (this.depth > 0);
    return this.at === this.bytes.length;
  }

  /** Steps over white space; answers the byte behind it. */
  private nextByte(): number {
    this.at = skipSpace(this.bytes, this.at);
    return this.bytes[this.at] ?? 0;
  }

  private note(start: number, end: number): void {
    this.index[this.tokens * 2] = start;
    this.index[this.tokens * 2 + 1] = end;
    this.tokens++;
  }

  /** A whole scalar, or openings of containers up to the first scalar or the first closing bracket. */
  private value(): boolean {
    for (;;) {
      const byte = this.nextByte();
      if (byte === Byte.quote) return this.string(0);
      if (byte !== Byte.openObject && byte !== Byte.openArray) return this.scalar();
      if (this.depth === MAX_DEPTH) return false;
      this.open[this.depth++] = this.tokens;
      this.note(this.at++, 0);
      // In ASCII each closing bracket stands two behind its opening one.
      if (this.nextByte() === byte + 2) return true;
      if (byte === Byte.openObject && !this.name()) return false;
    }
  }

  /** What may stand behind a value: closings of containers, then a comma with what precedes the next value. */
  private closings(): boolean {
    for (let byte = this.nextByte(); this.depth > 0; byte = this.nextByte()) {
      const container = this.open[this.depth - 1] ?? 0;
      const opening = this.bytes[this.index[container * 2] ?? 0] ?? 0;
      if (byte !== Byte.comma && byte !== opening + 2) return false;
      this.at++;
      if (byte === Byte.comma) return opening === Byte.openArray || this.name();
      this.index[container * 2 + 1] = this.tokens;
      this.depth--;
    }
    return true;
  }

  private name(): boolean {
    if (this.nextByte() !== Byte.quote || !this.string(StringFlag.name) || this.nextByte() !== Byte.colon)
      return false;
    this.at++;
    return true;
  }

  private string(flag: number): boolean {
    const end = endOfString(this.bytes, this.at + 1);
    if (end < 0) return this.fault(end);
    this.note(this.at, end | flag);
    this.at = (end >> FLAG_BITS) + 1;
    return true;
  }

  private scalar(): boolean {
    const end = endOfScalar(this.bytes, this.at);
    if (end < 0) return this.fault(end);
    this.note(this.at, end);
    this.at = end;
    return true;
  }

  private fault(complement: number): false {
    this.at = ~complement;
    return false;
  }
}

const scanner = new Scanner();

/**
 * Checks that bytes are exactly one JSON value, and indexes it. Byte order marks, trailing data and nesting beyond
 * 10,000 are faults. To scan the bytes that were scanned last, the very same object, costs nothing.
 * @returns the document, or the offset of the first byte at fault
 */
export function scanJson(bytes: Buffer): JsonDocument | number {
  return scanner.scan(bytes);
}
