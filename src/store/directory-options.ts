import type { Log } from '../accounts/ports.js';
import type { DurableFiles } from './durable-files.js';
import type { FileThread } from './thread/file-thread.js';

/** What every store in a directory is told. */
export interface DirectoryStoreOptions {
  /** The directory; it may be or lead through links that are switched while the service runs. */
  readonly dir: string;
  /** Whether saves are refused. */
  readonly readOnly: boolean;
  readonly log: Log;
  /** Time between two sweeps in milliseconds; 30,000 unless given. Each is up to a fifth shorter or longer. */
  readonly sweepMs?: number;
  /** Whether events of the file system are used besides the sweep; true unless given. */
  readonly watch?: boolean;
  /** The file system calls of a save; the real ones unless given. */
  readonly files?: DurableFiles;
  /** Does the calls of whole directories; closed with the store. One of its own unless given. */
  readonly thread?: FileThread;
}

/** Short enough for people to wait for, and less than 1 % of a core at 10,000 accounts. */
export const SWEEP_MS = 30_000;
