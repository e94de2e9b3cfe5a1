import { Byte, isSpace } from './json-syntax.js';
import { decodeStringText } from './json-text.js';

/** What kind of value stands in JSON text. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

const KIND_BY_FIRST_BYTE: readonly JsonKind[] = Array.from({ length: 256 }, (_, byte): JsonKind => {
  const special: Record<string, JsonKind> = {
    '{': 'object',
    '[': 'array',
    '"': 'string',
    t: 'boolean',
    f: 'boolean',
    n: 'null',
  };
  return special[String.fromCharCode(byte)] ?? 'number';
});

/** 1 for each byte that ends a number or literal. */
const ENDS_SCALAR = new Uint8Array(256);
for (const character of ',]} \t\r\n') ENDS_SCALAR[character.charCodeAt(0)] = 1;

/** One finding is enough to refuse a token; a hostile one must not make us keep a hundred thousand. */
export const MOST_NOTES = 16;

/** Where in a document something is: member names and indexes from the root on. */
export type JsonPath = readonly (string | number)[];

/** Writes a path as people do: `nats.imports[3].token`. */
export function pathText(path: JsonPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** Hears what a value consists of, in the order of the text. */
export interface JsonVisitor {
  open(kind: 'object' | 'array'): void;
  close(): void;
  name(name: string): void;
  /** A string, number, boolean or null; reads or skips it. */
  scalar(json: JsonCursor): void;
}

/**
 * Walks through JSON that {@link findSyntaxFault} has found sound. Nothing throws: a value of the wrong kind is noted by
 * {@link mismatch} and stepped over, as Go's decoder does, and the first such note is the verdict.
 */
export class JsonCursor {
  /** The first value that had the wrong kind, in a sentence; `undefined` while all is well. */
  problem: string | undefined;
  /** Names that were taken for a known field by case folding alone, where they stand. */
  readonly foldedNames: string[];
  readonly path: (string | number)[];
  protected readonly bytes: Buffer;
  protected at = 0;

  constructor(bytes: Buffer, path: (string | number)[] = [], foldedNames: string[] = []) {
    this.bytes = bytes;
    this.path = path;
    this.foldedNames = foldedNames;
  }

  /** The kind of the value at the cursor. */
  kind(): JsonKind {
    this.skipSpace();
    return KIND_BY_FIRST_BYTE[this.bytes[this.at] ?? 0] ?? 'number';
  }

  /** Steps over the value at the cursor. */
  skip(): void {
    const kind = this.kind();
    if (kind === 'string') this.#skipString();
    else if (kind === 'object' || kind === 'array') this.#skipContainer();
    else this.#skipScalar();
  }

  /** Notes that the value at the cursor is not what is due, and steps over it. */
  mismatch(due: string): void {
    const kind = this.kind();
    const start = this.at;
    this.skip();
    const source = this.bytes.toString('latin1', start, Math.min(this.at, start + 24));
    this.note(due, kind === 'number' ? `number ${source}` : kind);
  }

  /** Notes that what was just read is not what is due. */
  note(due: string, found: string): void {
    this.problem ??= `${pathText(this.path) || 'the whole'} must be ${due}, found ${found}`;
  }

  /** Notes a name that is a known field's only by case folding. */
  noteFolded(name: string): void {
    if (this.foldedNames.length < MOST_NOTES) this.foldedNames.push(pathText([...this.path, name]));
  }

  /** Reads the string at the cursor. */
  text(): string {
    this.skipSpace();
    const start = this.at + 1;
    const traits = this.#skipString();
    return decodeStringText(this.bytes, start, this.at - 1, traits);
  }

  /** Takes over the verdict of a cursor that walked a part of this text. */
  adopt(part: JsonCursor): void {
    this.problem ??= part.problem;
  }

  /** Takes the value at the cursor as it stands. */
  raw(): Buffer {
    this.skipSpace();
    const start = this.at;
    this.skip();
    return this.bytes.subarray(start, this.at);
  }

  /** Reads the source text of the scalar at the cursor. */
  source(): string {
    this.skipSpace();
    const start = this.at;
    this.skip();
    return this.bytes.toString('latin1', start, this.at);
  }

  /** Visits the members of the object at the cursor in order; `visit` reads or skips exactly one value. */
  members(visit: (name: string) => void): void {
    this.skipSpace();
    this.at++;
    while (this.#goesOn(Byte.closeObject)) {
      const name = this.text();
      this.skipSpace();
      this.at++;
      visit(name);
    }
  }

  /** Visits the elements of the array at the cursor; `visit` reads or skips exactly one value. */
  elements(visit: (index: number) => void): void {
    this.skipSpace();
    this.at++;
    for (let index = 0; this.#goesOn(Byte.closeArray); index++) visit(index);
  }

  /** Tells a visitor what the value at the cursor consists of, however deep it goes: no call is nested in another. */
  walk(visitor: JsonVisitor): void {
    let depth = 0;
    do {
      const kind = this.kind();
      const byte = this.bytes[this.at];
      if (kind === 'object' || kind === 'array') {
        depth++;
        this.at++;
        visitor.open(kind);
      } else if (byte === Byte.closeObject || byte === Byte.closeArray) {
        depth--;
        this.at++;
        visitor.close();
      } else if (byte === Byte.comma) this.at++;
      else if (kind !== 'string' || !this.#walkName(visitor)) visitor.scalar(this);
    } while (depth > 0);
  }

  /** A string is a name when a colon follows; otherwise the cursor stays before it. */
  #walkName(visitor: JsonVisitor): boolean {
    const start = this.at;
    const traits = this.#skipString();
    const end = this.at - 1;
    this.skipSpace();
    if (this.bytes[this.at] === Byte.colon) {
      this.at++;
      visitor.name(decodeStringText(this.bytes, start + 1, end, traits));
      return true;
    }
    this.at = start;
    return false;
  }

  protected skipSpace(): void {
    while (isSpace(this.bytes[this.at])) this.at++;
  }

  /** Steps over a comma to the next entry, or over the closing bracket. */
  #goesOn(close: number): boolean {
    this.skipSpace();
    if (this.bytes[this.at] === close) {
      this.at++;
      return false;
    }
    if (this.bytes[this.at] === Byte.comma) this.at++;
    return true;
  }

  #skipScalar(): void {
    const { bytes } = this;
    while (this.at < bytes.length && ENDS_SCALAR[bytes[this.at] ?? 0] === 0) this.at++;
  }

  #skipString(): { escaped: boolean; ascii: boolean } {
    const { bytes } = this;
    let escaped = false;
    let seen = 0;
    let at = this.at + 1;
    for (let byte = bytes[at] ?? 0; byte !== Byte.quote; byte = bytes[++at] ?? 0) {
      seen |= byte;
      if (byte === Byte.backslash) {
        escaped = true;
        at++;
      }
    }
    this.at = at + 1;
    return { escaped, ascii: seen < 0x80 };
  }

  /** Counts brackets instead of calling itself: the nesting may be 10,000 deep. */
  #skipContainer(): void {
    const { bytes } = this;
    let depth = 0;
    do {
      const byte = bytes[this.at] ?? 0;
      if (byte === Byte.quote) {
        this.#skipString();
        continue;
      }
      if (byte === Byte.openObject || byte === Byte.openArray) depth++;
      else if (byte === Byte.closeObject || byte === Byte.closeArray) depth--;
      this.at++;
    } while (depth > 0);
  }
}
