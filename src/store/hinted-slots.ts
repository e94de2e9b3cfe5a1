/**
 * Events of a slot are gathered for one to two of these: git and editors replace a file by several calls, each of which
 * is told, and nsc empties it before it writes.
 */
const GATHER_MS = 1;

/** Slots that events have pointed at; each is handed on once for all its events of a moment. */
export class HintedSlots {
  #young = new Set<string>();
  #due = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly handOn: (slot: string) => void) {}

  /** An event points at a slot. */
  add(slot: string): void {
    if (this.#due.has(slot)) return;
    this.#young.add(slot);
    this.#timer ??= setTimeout(() => this.#pass(), GATHER_MS);
  }

  /** Forgets what was not handed on. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #pass(): void {
    const due = this.#due;
    this.#due = this.#young;
    this.#young = new Set();
    this.#timer = this.#due.size > 0 ? setTimeout(() => this.#pass(), GATHER_MS) : undefined;
    for (const slot of due) this.handOn(slot);
  }
}
