import { JsonCursor } from './json-cursor.js';

/**
 * Walks on from another cursor as if Go had read the value there into free values and written it again first, which it
 * does with the entries of `signing_keys` (v2/signingkeys.go): of equal names the last one stands, names are sorted,
 * numbers are float64.
 */
export class RemarshalledCursor extends JsonCursor {
  constructor(outer: JsonCursor) {
    super(outer.document, outer.notes, outer.position);
  }

  override source(): string {
    const kind = this.kind();
    const source = super.source();
    return kind === 'number' ? String(Number(source)) : source;
  }

  override members(visit: () => void): void {
    const end = this.document.next(this.token);
    const names = this.#lastMembers();
    for (const name of [...names.keys()].sort()) {
      this.token = names.get(name) ?? end;
      visit();
    }
    this.token = end;
  }

  /** Whether the object at the cursor has a member of exactly this name. */
  has(name: string): boolean {
    return this.#lastMembers().has(name);
  }

  /** Whether the value at the cursor holds a number too large for float64, at any depth. */
  overflows(): boolean {
    const { document } = this;
    const end = document.next(this.token);
    for (let token = this.token; token < end; token++) {
      if (document.isNumber(token) && !Number.isFinite(Number(document.source(token)))) return true;
    }
    return false;
  }

  /** The name tokens that count, by name; the cursor stays. */
  #lastMembers(): ReadonlyMap<string, number> {
    const start = this.token;
    const names = new Map<string, number>();
    super.members(() => {
      const token = this.token;
      names.set(this.text(), token);
      this.skip();
    });
    this.token = start;
    return names;
  }
}
