import type { FileReading } from './file-reading.js';

/** A file as it was found: where, and what is in it. */
export interface FoundFile {
  readonly path: string;
  readonly reading: FileReading;
}

/** Hears what stands in one file. */
export interface SingleFileListener {
  /** On the first look and after each change. */
  read(path: string, bytes: Uint8Array): void;
  /** Once per problem. */
  unreadable(path: string, problem: string): void;
}

/** A file that is being replaced may be missing or empty for a moment; these looks wait for it. */
const DELAYS_MS = [20, 50, 100, 250];

/** Looks at one file, such as an operator JWT, and reports what is news. */
export class SingleFile {
  #path = '';
  #bytes: Buffer | undefined;
  #problem: string | undefined;
  /** What the looks under way wait to be over. */
  #awaited: 'empty' | 'absent' | undefined;
  #patience = 0;
  #timer: NodeJS.Timeout | undefined;
  #looks: Promise<void> = Promise.resolve();
  #first = true;
  #closed = false;

  constructor(
    private readonly find: () => Promise<FoundFile | undefined>,
    private readonly listener: SingleFileListener,
  ) {}

  /** Looks, after the looks under way. @param force report it whether it is news or not */
  look(force = false): Promise<void> {
    this.#looks = this.#looks.then(() => this.#once(force));
    return this.#looks;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #once(force: boolean): Promise<void> {
    const found = await this.find();
    if (found === undefined || this.#closed) return;
    const insist = force || this.#first;
    this.#first = false;
    const { path, reading } = found;
    if (reading.kind === 'file' && (insist || reading.bytes.length > 0 || !this.#wait('empty'))) {
      if (reading.bytes.length > 0) this.#awaited = undefined;
      this.#takeBytes(path, reading.bytes, force);
    }
    if (reading.kind === 'absent' && (insist || !this.#wait('absent')))
      this.#takeProblem(path, 'does not exist', force);
    if (reading.kind === 'link') this.#takeProblem(path, 'is a link that leads to another link', force);
    if (reading.kind === 'unreadable' || reading.kind === 'shortage') {
      this.#takeProblem(path, reading.problem, force);
    }
  }

  #takeBytes(path: string, bytes: Buffer, force: boolean): void {
    const same = path === this.#path && this.#problem === undefined && this.#bytes?.equals(bytes) === true;
    if (same && !force) return;
    this.#path = path;
    this.#bytes = bytes;
    this.#problem = undefined;
    this.listener.read(path, bytes);
  }

  #takeProblem(path: string, problem: string, force: boolean): void {
    if (problem === this.#problem && path === this.#path && !force) return;
    this.#path = path;
    this.#problem = problem;
    this.listener.unreadable(path, problem);
  }

  /** Whether it is worth waiting for something better; then a look follows. */
  #wait(kind: 'empty' | 'absent'): boolean {
    if (kind !== this.#awaited) {
      this.#awaited = kind;
      this.#patience = 0;
    }
    // A look that comes by itself, from a sweep or an event, costs no patience.
    if (this.#timer !== undefined) return true;
    const delay = DELAYS_MS[this.#patience];
    if (delay === undefined) return false;
    this.#patience++;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.look();
    }, delay);
    return true;
  }
}
