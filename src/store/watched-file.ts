import { basename } from 'node:path';
import type { Log } from '../accounts/ports.js';
import { type FileReading, readRegularFile } from './file-reading.js';
import { FolderWatches } from './folder-watches.js';
import type { Folder } from './layout.js';
import { walkLinks } from './links.js';
import { SingleFile } from './single-file.js';

/** Which file to watch, and who hears of it. */
export interface WatchedFileOptions {
  /** May be or lead through links, also to elsewhere: an administrator named it. */
  readonly path: string;
  /** Time between two looks without an event. */
  readonly sweepMs: number;
  readonly watch: boolean;
  readonly log: Log;
  /** On the first look and after each change; the bytes may be anything. */
  readonly onRead: (bytes: Uint8Array) => void;
  /** Once per problem, in words. */
  readonly onUnreadable: (problem: string) => void;
}

/** Events that turn a path come in bursts. */
const BURST_MS = 10;
/** Looks come this often while the system has no watch for a folder of the path, if the sweep is slower. */
const UNWATCHED_MS = 1000;

/** Keeps up with one file through edits, replacement by rename, switched links, and times when it is missing. */
export class WatchedFile {
  readonly #file: SingleFile;
  readonly #watches: FolderWatches;
  #names = new Map<string, Set<string>>();
  #sweep: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(private readonly options: WatchedFileOptions) {
    this.#file = new SingleFile(async () => ({ path: options.path, reading: await this.#read() }), {
      read: (_path, bytes) => options.onRead(bytes),
      unreadable: (_path, problem) => options.onUnreadable(problem),
    });
    this.#watches = new FolderWatches(options.log, (folder, name) => this.#onEvent(folder, name));
  }

  /** Resolves after the first report. */
  async start(): Promise<void> {
    if (this.options.watch) this.#watches.enable();
    await this.#sweepOn();
  }

  /** Reads the file again and reports it, changed or not. */
  reread(): Promise<void> {
    return this.#file.look(true);
  }

  /** Ends watching; no report follows. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#sweep);
    clearTimeout(this.#soon);
    this.#file.close();
    this.#watches.close();
  }

  async #sweepOn(): Promise<void> {
    await this.#file.look();
    if (this.#closed) return;
    const { sweepMs } = this.options;
    const pauseMs = this.#watches.unwatched === 0 ? sweepMs : Math.min(sweepMs, UNWATCHED_MS);
    this.#sweep = setTimeout(() => void this.#sweepOn(), pauseMs);
  }

  /** Sets the watches first, so that a change after the reading is told. */
  async #read(): Promise<FileReading> {
    const walk = await walkLinks(this.options.path);
    this.#names = new Map();
    const folders: Folder[] = [];
    for (const { folder, name } of walk.signposts) {
      // Its own name stands for the folder itself, when it is moved or removed.
      const names = this.#names.get(folder) ?? new Set([basename(folder)]);
      this.#names.set(folder, names.add(name));
      folders.push({ key: folder, path: folder });
    }
    // Anew each time: another directory may stand at the same path by now, and there are only a few.
    this.#watches.clear();
    await this.#watches.settle(folders);
    return readRegularFile(walk.real ?? this.options.path, 'follow');
  }

  #onEvent(folder: string, name: string | null): void {
    if (name !== null && this.#names.get(folder)?.has(name) !== true) return;
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.#file.look(), BURST_MS);
  }
}
