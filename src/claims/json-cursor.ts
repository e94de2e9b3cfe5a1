import type { JsonDocument } from './json-document.js';
import type { KnownNames } from './json-known-names.js';
import { JsonNotes } from './json-notes.js';
import { StringFlag } from './json-token.js';

/** What kind of value stands in JSON text. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

const KINDS: ReadonlyMap<string, JsonKind> = new Map([
  ['{', 'object'],
  ['[', 'array'],
  ['"', 'string'],
  ['t', 'boolean'],
  ['f', 'boolean'],
  ['n', 'null'],
]);
const KIND_BY_FIRST_BYTE = Array.from(
  { length: 256 },
  (_, byte) => KINDS.get(String.fromCharCode(byte)) ?? 'number',
);

/** So much of a number is shown in a message. */
const SHOWN_DIGITS = 24;

/** Hears what a value consists of, in the order of the text. */
export interface JsonVisitor {
  open(kind: 'object' | 'array'): void;
  close(): void;
  name(name: string): void;
  /** A string, number, boolean or null; reads or skips it. */
  scalar(json: JsonCursor): void;
}

/**
 * Walks through a document, from its root on unless another token is named. Nothing throws: a value of the wrong kind is
 * noted by {@link mismatch} and stepped over, as Go's decoder does, and the first such note is the verdict.
 */
export class JsonCursor {
  constructor(
    readonly document: JsonDocument,
    readonly notes = new JsonNotes(),
    protected token = 0,
  ) {}

  /** The token at the cursor. */
  get position(): number {
    return this.token;
  }

  /** The kind of the value at the cursor. */
  kind(): JsonKind {
    return KIND_BY_FIRST_BYTE[this.document.firstByte(this.token)] ?? 'number';
  }

  /** Steps over the value at the cursor. */
  skip(): void {
    this.token = this.document.next(this.token);
  }

  /** Notes that the value at the cursor is not what is due, and steps over it. */
  mismatch(due: string): void {
    const kind = this.kind();
    const found =
      kind === 'number' ? `number ${this.document.source(this.token).slice(0, SHOWN_DIGITS)}` : kind;
    this.notes.wrong(due, found);
    this.skip();
  }

  /** Reads the string or name at the cursor. */
  text(): string {
    return this.document.text(this.token++);
  }

  /** Reads the name at the cursor: the field that it means, or `undefined` when it is none of these. */
  fieldName(known: KnownNames): string | undefined {
    return known.find(this.document, this.token++, this.notes);
  }

  /** Reads the source text of the scalar at the cursor. */
  source(): string {
    return this.document.source(this.token++);
  }

  /**
   * Visits the members of the object at the cursor in order. At the call the cursor stands before the name; `visit`
   * reads that and then reads or skips exactly one value.
   */
  members(visit: () => void): void {
    const end = this.document.next(this.token);
    this.token++;
    while (this.token < end) visit();
  }

  /** Visits the elements of the array at the cursor; `visit` reads or skips exactly one value. */
  elements(visit: (index: number) => void): void {
    const end = this.document.next(this.token);
    this.token++;
    for (let index = 0; this.token < end; index++) visit(index);
  }

  /** Tells a visitor what the value at the cursor consists of, however deep it goes: no call is nested in another. */
  walk(visitor: JsonVisitor): void {
    const end = this.document.next(this.token);
    const ends: number[] = [];
    while (this.token < end) {
      for (; ends.at(-1) === this.token; ends.pop()) visitor.close();
      const kind = this.kind();
      if (kind === 'object' || kind === 'array') {
        ends.push(this.document.next(this.token++));
        visitor.open(kind);
      } else if (kind === 'string' && (this.document.stringFlags(this.token) & StringFlag.name) !== 0) {
        visitor.name(this.text());
      } else visitor.scalar(this);
    }
    for (const _ of ends) visitor.close();
  }
}
