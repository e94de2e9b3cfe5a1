import { directoryOf } from './nsc-layout.js';
import { foldCase } from './nsc-names.js';
import { RowMarks } from './row-marks.js';
import type { RowFollower, SlotStates } from './slot-states.js';
import { markOfKey, markOfSubject } from './subject-mark.js';
import { Turns } from './turns.js';

/**
 * Which account directories most likely hold which account, and which names are taken ignoring case, by what the looks
 * have shown so far: nothing is read for it. It says where to look; whoever asks makes sure. Of an account it keeps two
 * numbers: with 100,000 of them maps would take 20 MB.
 */
export class NameIndex implements RowFollower {
  readonly #subjects = new RowMarks();
  /** Of names ignoring case; of no use to anybody until a directory is to be made. */
  #names: RowMarks | undefined;
  #named: Promise<void> | undefined;

  /**
   * @param states has to be followed by this from the beginning
   * @param whole resolves when everything was looked at once
   */
  constructor(
    private readonly states: SlotStates,
    private readonly whole: Promise<void>,
    private readonly turns = new Turns(),
  ) {}

  /** All directories that most likely hold this account. */
  async directoriesOf(accountKey: string): Promise<readonly string[]> {
    await this.whole;
    return this.#directoriesAt(this.#subjects.rowsOf(markOfKey(accountKey)));
  }

  /** All directories whose names are the same when case is ignored. */
  async namedLike(name: string): Promise<readonly string[]> {
    await this.whole;
    this.#named ??= this.#markNames();
    await this.#named;
    const alike = this.#directoriesAt(this.#names?.rowsOf(markOfName(name)) ?? []);
    return alike.filter((directory) => foldCase(directory) === foldCase(name));
  }

  rowWritten(row: number, slot: string, bytes: Buffer | undefined): void {
    this.#names?.set(row, markOfName(directoryOf(slot)));
    const mark = bytes === undefined ? 0 : markOfSubject(bytes);
    // A token that cannot be read for a moment is about whom it was about before.
    if (mark !== 0) this.#subjects.set(row, mark);
  }

  rowFreed(row: number): void {
    this.#subjects.clear(row);
    this.#names?.clear(row);
  }

  /** Those that are written meanwhile are marked as they are written. */
  async #markNames(): Promise<void> {
    const names = new RowMarks();
    this.#names = names;
    for (let row = 0; row < this.states.rows; row++) {
      const turn = this.turns.next();
      if (turn !== undefined) await turn;
      const slot = this.states.nameAt(row);
      if (slot !== '') names.set(row, markOfName(directoryOf(slot)));
    }
  }

  #directoriesAt(rows: Iterable<number>): string[] {
    return Array.from(rows, (row) => directoryOf(this.states.nameAt(row)));
  }
}

/** Equal for names that are the same when case is ignored, and for hardly any others (FNV-1a; never 0). */
function markOfName(name: string): number {
  const folded = foldCase(name);
  let hash = 0x811c9dc5;
  for (let i = 0; i < folded.length; i++) hash = Math.imul(hash ^ folded.charCodeAt(i), 0x01000193);
  return (hash >>> 0) + 1;
}
