/**
 * Tells the event that a rename of our own causes from those of other programs. A save reads its file again before it
 * ends, so that a look for that event would only show the same once more. One event is passed over, whichever comes
 * first: another program's change causes one of its own, before or after.
 */
export class Echoes {
  readonly #awaited = new Set<string>();

  /** A save begins that will rename a file in this slot, in a folder that is watched. */
  expect(slot: string): void {
    this.#awaited.add(slot);
  }

  /** Whether an event is the one that was expected. */
  isEcho(slot: string): boolean {
    return this.#awaited.delete(slot);
  }

  /** Nothing was renamed. Answers whether an event was passed over in the meantime, so that a look has to follow. */
  revoke(slot: string): boolean {
    return !this.#awaited.delete(slot);
  }

  /** The file was renamed: its event was there before the save could end, and is read in the next turn at the latest. */
  expire(slot: string): void {
    setImmediate(() => setImmediate(() => this.#awaited.delete(slot)));
  }
}
