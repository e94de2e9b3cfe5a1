import type { FSWatcher } from 'node:fs';
import type { Log } from '../accounts/ports.js';
import { describeError, isAbsence } from './file-errors.js';
import type { Folder } from './layout.js';
import { SharedWatch } from './shared-watch.js';
import { Turns } from './turns.js';

/**
 * Hints about changes in directories, from `node:fs` watches: one per directory, none per file.
 *
 * Why not chokidar: it keeps a watch, a stat and several objects per file and lists a directory again at each event.
 * Measured with 10,000 account directories, chokidar 5 (`followSymlinks: false`) takes 1.9 s and 156 MB, 1.7 s and
 * 108 MB when it ignores all files; this takes 0.1 s and 11 MB. With 100,000: past the system's limit of watches;
 * 13.6 s and 600 MB; 0.7 s and 105 MB. What it adds (telling apart added, changed and removed) is not used: an event
 * here only says where to look, since the system drops events without a word.
 */
export class FolderWatches {
  readonly #watchers = new Map<string, FSWatcher>();
  /** Folders that an event has shown since the last {@link settle}: a listing may not have them yet. */
  readonly #recent = new Set<string>();
  #enabled = false;
  /** The system refused another watch; not asked again until the next {@link settle}. */
  #refused = false;
  #unwatched = 0;
  /** What {@link settle} was last told to watch is watched. */
  #settled = false;
  /** A watch failed: which one is not worth a closure for each. */
  #broken = false;
  readonly #watch: SharedWatch;

  /** @param onEvent gets the key of the folder and, when the system tells it, the name of the entry */
  constructor(
    private readonly log: Log,
    onEvent: (key: string, name: string | null) => void,
    private readonly turns = new Turns(),
  ) {
    this.#watch = new SharedWatch({
      changed: onEvent,
      failed: () => {
        this.#broken = true;
        this.#settled = false;
      },
    });
  }

  /** Folders that could not be watched, so that only the sweep finds changes there. */
  get unwatched(): number {
    return this.#unwatched;
  }

  /** Whether {@link settle} has nothing to do for the folders it was told last. */
  get settled(): boolean {
    return this.#settled;
  }

  enable(): void {
    this.#enabled = true;
    this.#settled = false;
  }

  /**
   * Watches these folders and no others, but for those that came up while they were listed.
   * @returns the keys of those that are watched from now on: what came into them before is not told
   */
  async settle(folders: Iterable<Folder>): Promise<ReadonlySet<string>> {
    const made = new Set<string>();
    if (!this.#enabled) return made;
    this.#refused = false;
    if (this.#broken) this.clear();
    this.#settled = true;
    let [kept, missed] = [0, 0];
    for (const { key, path } of folders) {
      const turn = this.turns.next();
      if (turn !== undefined) await turn;
      if (this.#watchers.has(key)) {
        kept++;
        continue;
      }
      if (this.#begin(key, path)) kept++;
      else missed++;
      if (this.#watchers.has(key)) made.add(key);
      else this.#settled = false;
    }
    if (this.#watchers.size > kept) await this.#dropOthers(folders);
    this.#recent.clear();
    this.#tellUnwatched(missed);
    return made;
  }

  /**
   * Watches a folder anew: another directory may stand at its path now.
   * @returns false when the system has no more watches, which is news
   */
  renew(key: string, path: string): boolean {
    const before = this.#watchers.get(key);
    this.#watchers.delete(key);
    this.#settled = false;
    if (!this.#enabled) return true;
    this.#recent.add(key);
    const watched = this.#begin(key, path);
    // Not sooner: if it is the same directory, what has happened there and was not told yet is told to the new watch.
    before?.close();
    return watched || this.#unwatched > 0;
  }

  drop(key: string): void {
    this.#settled = false;
    this.#end(key);
  }

  /** Ends all watches; {@link settle} makes new ones. */
  clear(): void {
    this.#settled = false;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.#broken = false;
  }

  /** Ends all watches for good. */
  close(): void {
    this.#enabled = false;
    this.clear();
  }

  async #dropOthers(folders: Iterable<Folder>): Promise<void> {
    const others = new Set(this.#watchers.keys());
    for (const { key } of folders) {
      const turn = this.turns.next();
      if (turn !== undefined) await turn;
      others.delete(key);
    }
    for (const key of others) if (!this.#recent.has(key)) this.#end(key);
  }

  #end(key: string): void {
    this.#watchers.get(key)?.close();
    this.#watchers.delete(key);
  }

  /** Answers false when the system has no more watches; a folder that just vanished is no failure. */
  #begin(key: string, path: string): boolean {
    if (!this.#enabled || this.#refused) return !this.#refused;
    try {
      this.#watchers.set(key, this.#watch.begin(path, key));
      return true;
    } catch (error) {
      if (isAbsence(error)) return true;
      this.#refused = true;
      this.log.debug({ folder: path, reason: describeError(error) }, 'folder cannot be watched');
      return false;
    }
  }

  /** One line when it begins, one when it ends. */
  #tellUnwatched(missed: number): void {
    if (missed > 0 && this.#unwatched === 0) {
      this.log.warn(
        { unwatched: missed, watched: this.#watchers.size },
        'not every folder can be watched (raise fs.inotify.max_user_watches or max_user_instances); ' +
          'changes there are found by the sweep',
      );
    }
    if (missed === 0 && this.#unwatched > 0)
      this.log.info({ watched: this.#watchers.size }, 'all folders are watched again');
    this.#unwatched = missed;
  }
}
