import { discard } from './file-calls.js';

/** When nothing is synced until then, files are closed all the same. */
const LATEST_MS = 20;

/**
 * Closes replaced files when nobody waits for it. The last close of a file without a name has the file system free its
 * inode and blocks, which takes as much processor time as all other calls of a save: done at its end, that is in the way
 * of the answer, also in another thread if there is one core. The next save that waits for the disk leaves time for it.
 */
export class LateCloses {
  #waiting: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Takes a descriptor over. */
  add(fd: number): void {
    this.#waiting.push(fd);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.closeNow();
    }, LATEST_MS).unref();
  }

  /** The disk is waited for: closes what there is, on the thread pool. */
  closeNow(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const fd of waiting) discard(fd);
  }
}
