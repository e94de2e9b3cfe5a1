/**
 * Makes many callers share one costly step, such as a sync: those who come while it runs wait for the next one together,
 * which begins when it ends. A caller is never served by a step that began before its call.
 */
export class GroupCommit {
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(private readonly step: () => Promise<void>) {}

  /** Resolves or rejects with a step that begins after this call. */
  run(): Promise<void> {
    this.#next ??= this.#after(this.#running);
    return this.#next;
  }

  /** Resolves when no step is under way or waiting. Never rejects. */
  async idle(): Promise<void> {
    while (this.#next !== undefined || this.#running !== undefined) {
      await (this.#next ?? this.#running)?.catch(() => undefined);
    }
  }

  async #after(before: Promise<void> | undefined): Promise<void> {
    // Callers of the same moment are served together also when nothing runs.
    await before?.catch(() => undefined);
    await Promise.resolve();
    this.#next = undefined;
    this.#running = this.step();
    try {
      await this.#running;
    } finally {
      this.#running = undefined;
    }
  }
}
