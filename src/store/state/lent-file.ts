import type { GrowingFile } from './state-files.js';

/** A file that others may be writing to: it is closed when the last of them has ended. */
export class LentFile {
  #lent = 0;
  #idle: (() => void)[] = [];

  constructor(readonly file: GrowingFile) {}

  /** Whether anybody writes to it. */
  get isLent(): boolean {
    return this.#lent > 0;
  }

  /** Somebody begins to write to it; to be called when he has ended. */
  lend(): () => void {
    this.#lent++;
    return () => {
      if (--this.#lent === 0) for (const resolve of this.#idle.splice(0)) resolve();
    };
  }

  /** Resolves when nobody writes to it. */
  async idle(): Promise<void> {
    if (this.#lent > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Another file would get its descriptor. */
  async close(): Promise<void> {
    await this.idle();
    await this.file.close();
  }
}
