import { JsonCursor } from './json-cursor.js';

/**
 * Walks through JSON as if Go had read it into free values and written it again first, which it does with the entries of
 * `signing_keys` (v2/signingkeys.go): of equal names the last one stands, names are sorted, numbers are float64.
 */
export class RemarshalledCursor extends JsonCursor {
  /** Reads `bytes`, one sound JSON value, noting names and paths as part of what `outer` reads. */
  constructor(bytes: Buffer, outer: JsonCursor) {
    super(bytes, outer.path, outer.foldedNames);
  }

  override source(): string {
    const kind = this.kind();
    const source = super.source();
    return kind === 'number' ? String(Number(source)) : source;
  }

  override members(visit: (name: string) => void): void {
    const { offsets, end } = this.#lastMembers();
    for (const name of [...offsets.keys()].sort()) {
      this.at = offsets.get(name) ?? end;
      visit(name);
    }
    this.at = end;
  }

  /** Whether the object at the cursor has a member of exactly this name. */
  has(name: string): boolean {
    const start = this.at;
    const { offsets } = this.#lastMembers();
    this.at = start;
    return offsets.has(name);
  }

  /** Whether the value at the cursor holds a number too large for float64, at any depth. */
  overflows(): boolean {
    const source = this.bytes.toString('latin1');
    // Strings are taken whole, so that what remains to match are numbers.
    for (const [token] of source.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g)) {
      if (!token.startsWith('"') && !Number.isFinite(Number(token))) return true;
    }
    return false;
  }

  #lastMembers(): { offsets: Map<string, number>; end: number } {
    const offsets = new Map<string, number>();
    super.members((name) => {
      offsets.set(name, this.at);
      this.skip();
    });
    return { offsets, end: this.at };
  }
}
