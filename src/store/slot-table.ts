/** What is remembered of a slot in a few bytes. */
const ROOM_AT_FIRST = 64;

/**
 * The columns of a table with a row for each slot: 100,000 slots take 1 MB besides their names, a tenth of what objects
 * take. A row has a number, which is given to another slot when its own is forgotten.
 */
export class SlotTable {
  readonly #rows = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #free: number[] = [];
  #stamps = new Float64Array(ROOM_AT_FIRST);
  #marks = new Uint8Array(ROOM_AT_FIRST);

  get size(): number {
    return this.#rows.size;
  }

  /** All rows have numbers below this. */
  get rows(): number {
    return this.#names.length;
  }

  slots(): Iterable<string> {
    return this.#rows.keys();
  }

  /** The row of a slot; undefined when it has none. */
  rowOf(slot: string): number | undefined {
    return this.#rows.get(slot);
  }

  nameAt(row: number): string {
    return this.#names[row] ?? '';
  }

  stampAt(row: number): number {
    return this.#stamps[row] ?? 0;
  }

  markAt(row: number): number {
    return this.#marks[row] ?? 0;
  }

  /** Writes the row of a slot, made if there is none; answers its number. */
  write(slot: string, stamp: number, mark: number): number {
    const row = this.#rows.get(slot) ?? this.#add(slot);
    this.#stamps[row] = stamp;
    this.#marks[row] = mark;
    return row;
  }

  /** Answers the number that the row had. */
  remove(slot: string): number | undefined {
    const row = this.#rows.get(slot);
    if (row === undefined) return undefined;
    this.#rows.delete(slot);
    this.#names[row] = '';
    this.#stamps[row] = 0;
    this.#free.push(row);
    return row;
  }

  #add(slot: string): number {
    const row = this.#free.pop() ?? this.#rows.size;
    if (row >= this.#marks.length) this.#grow();
    this.#rows.set(slot, row);
    this.#names[row] = slot;
    return row;
  }

  #grow(): void {
    const [stamps, marks] = [this.#stamps, this.#marks];
    this.#stamps = new Float64Array(marks.length * 2);
    this.#stamps.set(stamps);
    this.#marks = new Uint8Array(marks.length * 2);
    this.#marks.set(marks);
  }
}
