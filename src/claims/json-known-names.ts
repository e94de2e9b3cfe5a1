import type { JsonDocument } from './json-document.js';
import type { JsonNotes } from './json-notes.js';
import { StringFlag } from './json-token.js';

interface Known {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * The name as encoding/json folds it to find a field: Unicode simple folding, under which U+017F is an `s` and U+212A a
 * `k`.
 */
function foldName(name: string): string {
  return name.toLowerCase().replaceAll('\u017f', 's');
}

/** Bit 5 tells lower-case ASCII letters from upper-case ones. */
const CASE_BIT = 0x20;

/** The names of a struct's fields, all lower-case ASCII, found as encoding/json does, mostly without making a string. */
export class KnownNames {
  readonly #names: ReadonlySet<string>;
  readonly #byLength: (readonly Known[])[] = [];

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
    for (const name of names) {
      const known = { name, bytes: Buffer.from(name) };
      this.#byLength[name.length] = [...(this.#byLength[name.length] ?? []), known];
    }
  }

  /**
   * The field that a name token means, or `undefined`.
   * @param notes told the name when it means a field by folding alone
   */
  find(document: JsonDocument, token: number, notes: JsonNotes): string | undefined {
    const start = document.start(token) + 1;
    const end = document.stringEnd(token);
    const plain = document.stringFlags(token) === StringFlag.name;
    const sameLength = plain ? this.#byLength[end - start] : undefined;
    if (plain && sameLength === undefined) return undefined;
    const exact = sameLength?.find(({ bytes }) => isAt(document.bytes, start, bytes));
    if (exact !== undefined) return exact.name;
    if (sameLength?.every(({ bytes }) => !startsAlike(document.bytes, start, bytes))) return undefined;
    const name = document.text(token);
    if (this.#names.has(name)) return name;
    const folded = foldName(name);
    if (!this.#names.has(folded)) return undefined;
    notes.folded(name);
    return folded;
  }
}

function isAt(bytes: Buffer, start: number, expected: Buffer): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[start + i] !== expected[i]) return false;
  return true;
}

function startsAlike(bytes: Buffer, start: number, expected: Buffer): boolean {
  return (((bytes[start] ?? 0) ^ (expected[0] ?? 0)) & ~CASE_BIT) === 0;
}
