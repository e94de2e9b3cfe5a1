import type { AccountRow } from './account-row.js';
import { backOffMs } from './back-off.js';
import { Contest } from './contest.js';
import { type FleetContext, inBackground } from './context.js';
import { Notices } from './notices.js';
import { nextToSend } from './order.js';
import { Pace } from './pace.js';
import type { Cancel, GatherEnd, Gathered, UpdateAnswer } from './ports.js';

/** Who goes on when the servers have answered. */
export interface AnsweredListener {
  /** Asks the servers what they run. */
  prove(row: AccountRow): void;
  /** No server has the account loaded: there is nothing to prove. */
  conclude(row: AccountRow): void;
}

/**
 * Sends notices: the newest text only, one notice of an account at a time, evenly paced, exporters before the importers
 * that wait as well. Nothing is sent while nobody would get it: what is owed then follows from comparing later.
 */
export class Delivery {
  readonly #queue = new Map<string, AccountRow>();
  readonly #resting = new Set<AccountRow>();
  readonly #pace: Pace;
  readonly #notices: Notices;
  #timer: Cancel | undefined;
  /** Servers cannot be discovered or compared (the user may not): send without knowing whether anybody is there. */
  blind = false;

  constructor(
    private readonly context: FleetContext,
    private readonly answered: AnsweredListener,
  ) {
    this.#pace = new Pace(context.options.noticesPerSecond);
    this.#notices = new Notices(context);
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** Whether a notice sent now could be answered. */
  get open(): boolean {
    return this.context.wire.connected() && (this.blind || this.context.servers.reachable);
  }

  /** The account has to be sent. False when nobody is there. */
  want(row: AccountRow): boolean {
    this.#resting.delete(row);
    if (!this.open) {
      this.#drop(row);
      return false;
    }
    if (row.move('wanted') === 'queued') this.enqueue(row);
    return true;
  }

  /** Puts a row that became `queued` in line. */
  enqueue(row: AccountRow): void {
    this.#queue.set(row.key, row);
    this.#pump();
  }

  /** A notice was refused or had no effect: sends it at once the first time, then with a growing delay. */
  again(row: AccountRow): void {
    const { clock, options } = this.context;
    if (row.attempts === 0) {
      this.want(row);
      return;
    }
    const delayMs = backOffMs(row.attempts, options.retryFirstMs, options.retryMostMs, clock.random());
    this.rest(row, delayMs, () => this.want(row));
  }

  /** What servers were proven to run was replaced by somebody else: sends it again, later each time in a row. */
  putBack(row: AccountRow): void {
    const { clock, options, log } = this.context;
    row.contest ??= new Contest();
    const { retryFirstMs, retryMostMs } = options;
    const pauseMs = row.contest.replaced(clock.now(), retryFirstMs, retryMostMs, clock.random());
    if (row.contest.isWorthAWarning)
      log.warn(
        { account: row.key, times: row.contest.times },
        'another program keeps replacing the account JWT on the nats-servers; it is put back less and less often',
      );
    if (pauseMs === 0) this.want(row);
    else this.rest(row, pauseMs, () => this.want(row));
  }

  /** Does something about an account later, unless something else comes first. */
  rest(row: AccountRow, delayMs: number, then: () => void): void {
    if (row.move('rest') === 'resting') {
      this.#resting.add(row);
      row.restUntil(
        this.context.clock.after(delayMs, () => {
          this.#resting.delete(row);
          then();
        }),
      );
    } else if (row.work === 'queued') this.enqueue(row);
  }

  /** Ends the work for an account; another notice may be wanted already. */
  done(row: AccountRow): void {
    if (row.move('done') === 'queued') this.enqueue(row);
  }

  /** The account was withdrawn. */
  withdraw(row: AccountRow): void {
    this.#queue.delete(row.key);
    this.#resting.delete(row);
    row.withdraw();
    this.#drop(row);
  }

  /** The connection is lost. */
  lost(): void {
    this.#timer?.();
    this.#timer = undefined;
    for (const row of this.#queue.values()) row.move('dropped');
    for (const row of this.#resting) row.move('dropped');
    this.#queue.clear();
    this.#resting.clear();
  }

  #drop(row: AccountRow): void {
    // What is on its way stays so until its answers, or their absence, are in.
    if (row.work !== 'sending' && row.work !== 'sending_again') row.move('dropped');
  }

  #pump(): void {
    const { clock, publications } = this.context;
    if (this.#timer !== undefined) return;
    for (;;) {
      if (!this.open) {
        this.lost();
        return;
      }
      const row = nextToSend(this.#queue, publications);
      if (row === undefined) return;
      const waitMs = this.#pace.waitMs(clock.now());
      if (waitMs > 0) {
        this.#wait(waitMs);
        return;
      }
      this.#pace.take(clock.now());
      this.#queue.delete(row.key);
      inBackground(this.context, this.#send(row), row);
    }
  }

  #wait(waitMs: number): void {
    this.#timer = this.context.clock.after(waitMs, () => {
      this.#timer = undefined;
      this.#pump();
    });
  }

  async #send(row: AccountRow): Promise<void> {
    if (this.context.grid.published(row.key) === undefined) {
      row.move('dropped');
      return;
    }
    row.move('picked');
    row.turn++;
    row.attempts++;
    this.#goOn(row, await this.#notices.send(row));
  }

  #goOn(row: AccountRow, { answers, end }: Gathered<UpdateAnswer>): void {
    if (end === 'lost' || answers.length === 0) this.#unanswered(row, end);
    else if (answers.some(({ result }) => result !== 'not_loaded') || this.context.grid.mayBeLoaded(row))
      this.answered.prove(row);
    else this.answered.conclude(row);
  }

  /** Who was awaited is silent now and is looked at when it is heard again; but whom nobody knows nobody calls. */
  #unanswered(row: AccountRow, end: GatherEnd): void {
    if (this.blind && end === 'deadline') {
      this.again(row);
    } else {
      row.attempts = 0;
      this.done(row);
    }
  }
}
