import { fdatasync, statSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { GroupCommit } from '../state/group-commit.js';
import type { OpenLedger } from '../state/handed-entries.js';

const syncData = promisify(fdatasync);

/** Another process has taken the file's name away. */
export class NameLost extends Error {}

/** Adds lines to ledger files that the main thread has open; many who add at a moment share a write and a sync. */
export class LedgerLines {
  #current: { readonly serial: number; readonly lines: LinesOfFile } | undefined;

  /**
   * Resolves when the text, and all that was added before it, is on the disk in the file that has the name. After a
   * failure nothing is added to this file any more: what a failed sync leaves behind nobody knows.
   * @throws NameLost, or a system error
   */
  add(file: OpenLedger, text: string): Promise<void> {
    const { serial } = file;
    // There is one file at a time; who waits for an earlier one holds on to it.
    if (this.#current?.serial !== serial) this.#current = { serial, lines: new LinesOfFile(file) };
    return this.#current.lines.add(text);
  }
}

class LinesOfFile {
  #text = '';
  #failure: Error | undefined;
  readonly #commit = new GroupCommit(() => this.#write());

  constructor(private readonly file: OpenLedger) {}

  add(text: string): Promise<void> {
    this.#text += text;
    return this.#commit.run();
  }

  async #write(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const text = this.#text;
    // Then others have written what there was.
    if (text === '') return;
    this.#text = '';
    try {
      writeFileSync(this.file.descriptor, text, 'latin1');
      await syncData(this.file.descriptor);
      this.#makeSureOfName();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw this.#failure;
    }
  }

  #makeSureOfName(): void {
    const { path, dev, ino } = this.file;
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found?.ino !== ino || found.dev !== dev) throw new NameLost();
  }
}
