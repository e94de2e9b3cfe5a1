import type { SlotStates } from './slot-states.js';
import type { NamePack } from './thread/jobs.js';

/**
 * Where the states of a pack's slots are kept: what a sweep has found out, the next one need not. To make 100,000 names
 * of slots and to look each of them up would be half of what a sweep costs the main thread.
 */
export class KnownPacks {
  #rows = new Map<string, Uint32Array>();
  #before: ReadonlyMap<string, Uint32Array> = new Map();
  /** A row may be another slot's once a slot was forgotten. */
  #forgotten = 0;

  constructor(private readonly states: SlotStates) {}

  /** A sweep begins: packs that it does not ask for are not kept for the one after it. */
  begin(): void {
    this.#before = this.#rows;
    this.#rows = new Map();
  }

  /** The rows of a pack's slots in the order of its names; undefined when they are not known. */
  rowsOf({ text }: NamePack): Uint32Array | undefined {
    if (this.#forgotten !== this.states.forgotten) return undefined;
    const rows = this.#rows.get(text) ?? this.#before.get(text);
    if (rows !== undefined) this.#rows.set(text, rows);
    return rows;
  }

  /** @param slots of the pack, in the order of its names */
  keep({ count, text }: NamePack, slots: readonly string[]): void {
    if (slots.length !== count) return;
    const rows = new Uint32Array(slots.length);
    for (const [i, slot] of slots.entries()) {
      const row = this.states.rowOf(slot);
      if (row === undefined) return;
      rows[i] = row;
    }
    if (this.#forgotten !== this.states.forgotten) this.#forgetAll();
    this.#rows.set(text, rows);
  }

  #forgetAll(): void {
    this.#forgotten = this.states.forgotten;
    this.#rows = new Map();
    this.#before = new Map();
  }
}
