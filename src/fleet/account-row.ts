import type { Cancel } from './ports.js';
import { WORK, type Work, type WorkEvent } from './work.js';

/** One account's side of the grid, and the work that is under way for it. */
export class AccountRow {
  /** What is published now. */
  text = '';
  /** Counts the texts that were published; cells of an older version say nothing about this one. */
  version = 0;
  /** Since when this version has been on its way; 0: it has arrived, or was there before the fleet was watched. */
  underWaySinceMs = 0;
  /** The version of the last notice that a server took note of. */
  deliveredVersion = 0;
  /** Notices sent since the servers last ran what they should. */
  attempts = 0;
  /** Counts the requests made for this account: answers to an older one come too late to count. */
  turn = 0;
  /** Until when a server may still be fetching the version before; 0: none is. */
  fetchEndsAtMs = 0;
  /** When an update that somebody else sent has reached all servers; 0: nobody did. */
  foreignArrivesAtMs = 0;
  /** It was to be compared while something else was being done about it. */
  leftOut = false;
  /** The version that was sent once more because an import was dead. */
  completedVersion = 0;
  work: Work = 'idle';
  #timer: Cancel | undefined;

  constructor(
    /** Number of the account: its place in every column. */
    readonly index: number,
    readonly key: string,
  ) {}

  /** What servers run may change behind a proof begun before this time: all have to be asked after it. 0: no need. */
  get lookAgainAtMs(): number {
    return Math.max(this.fetchEndsAtMs, this.foreignArrivesAtMs);
  }

  /** All servers are asked at this time: wishes to look again that are due are fulfilled. */
  lookedAgain(atMs: number): void {
    if (this.fetchEndsAtMs <= atMs) this.fetchEndsAtMs = 0;
    if (this.foreignArrivesAtMs <= atMs) this.foreignArrivesAtMs = 0;
  }

  /** Takes note of what is published now; true when that is another text than before. */
  publish(text: string): boolean {
    if (this.version > 0 && text === this.text) return false;
    this.text = text;
    this.version++;
    this.attempts = 0;
    return true;
  }

  /** Goes to the next state of {@link WORK}; a running timer ends with the rest it belonged to. */
  move(event: WorkEvent): Work {
    this.work = WORK[this.work][event];
    if (this.work !== 'resting') {
      this.#timer?.();
      this.#timer = undefined;
    }
    return this.work;
  }

  /** Remembers the timer that ends the rest. */
  restUntil(timer: Cancel): void {
    this.#timer?.();
    this.#timer = timer;
  }
}
