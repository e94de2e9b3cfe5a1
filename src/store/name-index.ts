import type { StoreListener } from '../accounts/ports.js';
import { readRegularFile } from './file-reading.js';
import type { Layout, Listing } from './layout.js';
import { forEachLimited, READING_LANES } from './limited.js';
import { directoryOf } from './nsc-layout.js';
import { foldCase } from './nsc-names.js';
import { glance } from './token-glance.js';

/**
 * Which account directory holds which account, and which names are taken ignoring case. Only a save that makes a
 * directory asks, so it is made by the first one that does (10,000 accounts: 0.2 s) and kept up to date from then on.
 * It says where to look; whoever asks makes sure.
 */
export class NameIndex {
  readonly #directories = new Map<string, string>();
  /** The account that each directory holds; two may hold the same one. */
  readonly #subjects = new Map<string, string>();
  readonly #names = new Map<string, string>();
  #made: Promise<void> | undefined;

  constructor(private readonly layout: Layout) {}

  /** The directory that most likely holds this account. */
  async directoryOf(accountKey: string): Promise<string | undefined> {
    await this.#make();
    return this.#directories.get(accountKey);
  }

  /** All directories that most likely hold this account. */
  async directoriesOf(accountKey: string): Promise<readonly string[]> {
    await this.#make();
    return Array.from(this.#subjects).flatMap(([directory, subject]) =>
      subject === accountKey ? [directory] : [],
    );
  }

  /** A directory whose name is the same when case is ignored. */
  async namedLike(name: string): Promise<string | undefined> {
    await this.#make();
    return this.#names.get(foldCase(name));
  }

  /** Notes what a directory holds now. */
  note(directory: string, bytes: Uint8Array): void {
    this.#names.set(foldCase(directory), directory);
    const token = glance(bytes);
    if (token === undefined) return;
    this.#directories.set(token.subject, directory);
    this.#subjects.set(directory, token.subject);
  }

  /** The listener with this index listening too. */
  listening(listener: StoreListener): StoreListener {
    return {
      slotRead: (reading) => {
        if (this.#made !== undefined) this.note(directoryOf(reading.slot), reading.bytes);
        return listener.slotRead(reading);
      },
      slotGone: (slot) => {
        this.#forget(directoryOf(slot));
        listener.slotGone(slot);
      },
      slotUnreadable: (slot, problem) => listener.slotUnreadable(slot, problem),
      operatorRead: (file, bytes) => listener.operatorRead(file, bytes),
      operatorUnreadable: (file, problem) => listener.operatorUnreadable(file, problem),
      storeUnavailable: (problem) => listener.storeUnavailable(problem),
      storeAvailable: () => listener.storeAvailable(),
      swept: (report) => listener.swept(report),
    };
  }

  #make(): Promise<void> {
    this.#made ??= this.layout.list().then((listing) => (listing.ok ? this.#readAll(listing) : undefined));
    return this.#made;
  }

  async #readAll(listing: Listing): Promise<void> {
    await forEachLimited(listing.places.values(), READING_LANES, async ({ slot, path, problem }) => {
      const directory = directoryOf(slot);
      // Noted in the meantime: that is newer than what is read here.
      if (problem !== undefined || this.#names.get(foldCase(directory)) === directory) return;
      const reading = await readRegularFile(path, 'refuse');
      if (reading.kind === 'file') this.note(directory, reading.bytes);
    });
  }

  #forget(directory: string): void {
    const name = foldCase(directory);
    this.#subjects.delete(directory);
    if (this.#names.get(name) === directory) this.#names.delete(name);
  }
}
