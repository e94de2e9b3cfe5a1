import type { Evidence } from './account-state.js';
import type { Contest } from './contest.js';
import type { Cancel, PublishedText } from './ports.js';
import { Tally } from './tally.js';
import { WORK, type Work, type WorkEvent } from './work.js';

/** One account's side of the grid, and the work that is under way for it. */
export class AccountRow {
  /** Counts the texts that were published; cells of an older version say nothing about this one. */
  version = 0;
  /** Whether anything is published for the account. */
  published = false;
  /** Its cells, counted; kept by the grid. */
  readonly tally = new Tally();
  /** What cells and work say together; undefined while nothing is published. Kept by `Progress`. */
  evidence: Evidence | undefined;
  /** Since when that has not been good; 0: it is. Kept by `Progress`. */
  unsettledSinceMs = 0;
  /** Since when this version has been on its way; 0: it has arrived, or was there before the fleet was watched. */
  underWaySinceMs = 0;
  /** The version of the last notice that a server took note of. */
  deliveredVersion = 0;
  /** Notices sent since the servers last ran what they should. */
  attempts = 0;
  /** Counts the requests made for this account: answers to an older one come too late to count. */
  turn = 0;
  /** When every server was last asked what it runs; 0: never. */
  lookedAtMs = 0;
  /** It was to be compared while something else was being done about it. */
  leftOut = false;
  /** How often a version was sent again because an import was dead whose exporter is published. */
  hopes = { version: 0, count: 0 };
  /** Others replace what servers run, again and again; undefined: they do not. */
  contest: Contest | undefined;
  /** Until when this text, which somebody else sent, may still be on its way to servers; 0: it is not. */
  sentByOthersUntilMs = 0;
  /** What is published now, or was last. Not its text: that may be kept in less than a string takes. */
  #last: Pick<PublishedText, 'text'> = { text: '' };
  #fetchEndsAtMs = 0;
  #foreignArrivesAtMs = 0;
  #work: Work = 'idle';
  #timer: Cancel | undefined;

  constructor(
    /** Number of the account: its place in every column. */
    readonly index: number,
    readonly key: string,
    /** Hears of every change that bears on the evidence. */
    private readonly touched: (row: AccountRow) => void,
  ) {}

  /** The text that is published now, or was last. */
  get text(): string {
    return this.#last.text;
  }

  get work(): Work {
    return this.#work;
  }

  /** What servers run may change until this time: all have to be asked then, or later. 0: no need. */
  get lookAgainAtMs(): number {
    const [fetch, foreign] = [this.#fetchEndsAtMs, this.#foreignArrivesAtMs];
    if (fetch === 0 || foreign === 0) return fetch + foreign;
    return Math.min(fetch, foreign);
  }

  /** Until then a server may still be fetching the version before. */
  fetchEndsAt(atMs: number): void {
    this.#fetchEndsAtMs = atMs;
    this.touched(this);
  }

  /** By then an update that somebody else sent has reached all servers. */
  foreignArrivesAt(atMs: number): void {
    this.#foreignArrivesAtMs = atMs;
    this.touched(this);
  }

  /** All servers are asked at this time: wishes to look again that are due are fulfilled. */
  lookedAgain(atMs: number): void {
    if (this.#fetchEndsAtMs <= atMs) this.#fetchEndsAtMs = 0;
    if (this.#foreignArrivesAtMs <= atMs) this.#foreignArrivesAtMs = 0;
    this.touched(this);
  }

  /** Takes note of what is published now; true when that is another text than before, or there was none. */
  publish(now: Pick<PublishedText, 'text'>): boolean {
    if (this.published && now.text === this.text) return false;
    this.published = true;
    this.#last = now;
    this.version++;
    this.attempts = 0;
    this.contest = undefined;
    this.sentByOthersUntilMs = 0;
    this.tally.outdate();
    this.touched(this);
    return true;
  }

  /** Nothing is published any more. What servers run by now is nobody's business, and not followed. */
  withdraw(): void {
    this.published = false;
    this.#fetchEndsAtMs = 0;
    this.#foreignArrivesAtMs = 0;
    this.touched(this);
  }

  /** Goes to the next state of {@link WORK}; a running timer ends with the rest it belonged to. */
  move(event: WorkEvent): Work {
    this.#work = WORK[this.#work][event];
    if (this.#work !== 'resting') {
      this.#timer?.();
      this.#timer = undefined;
    }
    this.touched(this);
    return this.#work;
  }

  /** Remembers the timer that ends the rest. */
  restUntil(timer: Cancel): void {
    this.#timer?.();
    this.#timer = timer;
  }
}
