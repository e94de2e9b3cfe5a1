import type { AccountRow } from './account-row.js';
import { type FleetContext, inBackground } from './context.js';
import type { Delivery } from './delivery.js';
import type { IncompleteImporters } from './incomplete-importers.js';
import { Pace } from './pace.js';
import type { Cancel, Gathered, LoadedAnswer } from './ports.js';
import type { FleetServer } from './servers.js';
import { isPublished, judge } from './states.js';

/** Callers that come within this time share one look at all servers. */
const FRESH_MS = 1_000;

/**
 * Asks servers what they run and draws the conclusion: nothing to do, send, or look again. A notice or a comparison
 * that began later outdates the answers to an earlier one.
 */
export class Checks {
  readonly #queue = new Map<string, AccountRow>();
  readonly #pace: Pace;
  #underWay = 0;
  #timer: Cancel | undefined;

  constructor(
    private readonly context: FleetContext,
    private readonly delivery: Delivery,
    private readonly importers: IncompleteImporters,
  ) {
    this.#pace = new Pace(context.options.comparisonsPerSecond);
  }

  get queued(): number {
    return this.#queue.size + this.#underWay;
  }

  /** Compares an account when its turn comes, unless something else is being done about it then. */
  compare(row: AccountRow): void {
    this.#queue.set(row.key, row);
    this.#pump();
  }

  /** Asks every server now: a notice was answered, or something is amiss. */
  prove(row: AccountRow): void {
    inBackground(this.context, this.#askAll(row), row);
  }

  /** Asks all servers when what they run cannot change behind the answer any more; other work comes first. */
  lookAgain(row: AccountRow): void {
    if (row.lookAgainAtMs > 0 && row.work === 'idle') this.#restAndLook(row);
  }

  /** Likewise, but instead of what waits to be done: a newer text is on its way without us. What is with servers goes on. */
  lookInstead(row: AccountRow): void {
    if (row.work === 'idle' || row.work === 'resting') this.#restAndLook(row);
  }

  /**
   * Somebody wants to know about an account about which nothing is being done: asks every server now, unless all were
   * asked a moment ago. A server may have loaded the account since, which nobody announces. Resolves when they have
   * answered.
   */
  async refresh(row: AccountRow): Promise<void> {
    const { servers, clock } = this.context;
    if (row.work !== 'idle' || !servers.reachable) return;
    const isFresh = clock.now() - row.lookedAtMs < FRESH_MS;
    if (row.lookAgainAtMs > 0) this.#restAndLook(row);
    else if (!isFresh || this.#worthAsking(row) !== undefined) await this.#askAll(row);
  }

  /** The connection is lost. */
  lost(): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#queue.clear();
  }

  #pump(): void {
    const { clock, options } = this.context;
    if (this.#timer !== undefined) return;
    while (this.#underWay < options.comparisonsAtOnce) {
      const [row] = this.#queue.values();
      if (row === undefined) return;
      const waitMs = this.#pace.waitMs(clock.now());
      if (waitMs > 0) {
        this.#wait(waitMs);
        return;
      }
      this.#queue.delete(row.key);
      this.#begin(row);
    }
  }

  #wait(waitMs: number): void {
    this.#timer = this.context.clock.after(waitMs, () => {
      this.#timer = undefined;
      this.#pump();
    });
  }

  /** What is queued, in flight or resting is left out: it is looked at afterwards anyway. */
  #begin(row: AccountRow): void {
    if (row.work !== 'idle') {
      row.leftOut = true;
      return;
    }
    const asked = this.#worthAsking(row);
    if (asked === undefined) return;
    this.#pace.take(this.context.clock.now(), typeof asked === 'string' ? 1 : asked.size);
    inBackground(this.context, this.#check(row, asked), row);
  }

  #askAll(row: AccountRow): Promise<void> {
    const everybody = this.context.servers.askable;
    this.#pace.take(this.context.clock.now(), everybody.size);
    return this.#check(row, everybody);
  }

  /** One server if only one is in question; otherwise one request that all answer is cheaper. */
  #worthAsking(row: AccountRow): string | ReadonlySet<string> | undefined {
    const { grid, servers } = this.context;
    const inQuestion: string[] = [];
    for (const server of servers.values())
      if (server.presence !== 'silent' && grid.needsAsking(row, server)) inQuestion.push(server.facts.id);
    return inQuestion.length > 1 ? servers.askable : inQuestion[0];
  }

  async #check(row: AccountRow, asked: string | ReadonlySet<string>): Promise<void> {
    if (row.move('compare') !== 'checking') {
      this.delivery.enqueue(row);
      return;
    }
    row.turn++;
    this.#underWay++;
    try {
      await this.#ask(row, asked);
    } finally {
      this.#underWay--;
      this.#pump();
    }
  }

  async #ask(row: AccountRow, asked: string | ReadonlySet<string>): Promise<void> {
    const turn = row.turn;
    const askedAtMs = this.context.clock.now();
    const gathered = await this.context.wire.loadedJwt(row.key, asked);
    this.#missing(asked, gathered);
    const outdated = (): boolean => row.turn !== turn || row.work !== 'checking';
    if (outdated()) return;
    const conceded = await this.#concededTexts(row, gathered);
    if (outdated()) return;
    const published = this.context.grid.published(row.key);
    if (published === undefined || gathered.end === 'lost') {
      row.move('dropped');
      return;
    }
    const answered = gathered.answers.map((answer) => this.#answered(row, answer));
    const bound = answered.filter((_, index) => !conceded.has(textOf(gathered.answers[index])));
    if (typeof asked !== 'string') {
      row.lookedAgain(askedAtMs);
      row.lookedAtMs = askedAtMs;
    }
    const denied = gathered.end === 'denied';
    this.context.servers.mayBeAsked(!denied);
    // Where nobody may be asked, what the servers answered to the notice is all there is.
    this.conclude(row, denied ? [...this.context.servers.values()] : bound);
  }

  /** Texts other than the published one that nothing is sent against, once all that differ have been judged. */
  async #concededTexts(row: AccountRow, { answers }: Gathered<LoadedAnswer>): Promise<ReadonlySet<string>> {
    const conceded = new Set<string>();
    for (const text of new Set(answers.map(textOf))) {
      if (text === '' || isPublished(text, row.text)) continue;
      if ((await this.context.strangeTexts.judge(row.key, text)) === 'theirs') conceded.add(text);
    }
    conceded.delete(row.text);
    return conceded;
  }

  #answered(row: AccountRow, { server, loaded }: LoadedAnswer): FleetServer {
    const { servers, grid } = this.context;
    const heard = servers.heard(server);
    if (loaded.kind === 'failed') grid.couldNotSay(row, heard);
    else grid.prove(row, heard, judge(loaded, row.text));
    return heard;
  }

  #missing(asked: string | ReadonlySet<string>, { answers, end }: Gathered<LoadedAnswer>): void {
    const one = typeof asked === 'string';
    // Nobody: the one server that was asked is gone, or the way to it is cut.
    if (end !== 'deadline' && !(one && end === 'nobody')) return;
    const missing = new Set(one ? [asked] : asked);
    for (const { server } of answers) missing.delete(server.id);
    for (const id of missing) this.context.servers.missed(id);
  }

  /** Everything these servers had to say is known: what follows from it? */
  conclude(row: AccountRow, told: readonly FleetServer[]): void {
    if (row.work === 'sending_again') {
      // The next notice has a conclusion of its own.
      this.delivery.done(row);
      return;
    }
    const owing = told.filter((server) => this.context.grid.owes(row, server));
    if (owing.length > 0) {
      this.#putRight(row, owing);
      return;
    }
    const wasSent = row.attempts > 0;
    row.attempts = 0;
    if (row.lookAgainAtMs > 0) {
      this.#restAndLook(row);
      return;
    }
    this.delivery.done(row);
    this.importers.concluded(row, wasSent);
    if (row.leftOut) this.compare(row);
    row.leftOut = false;
  }

  #putRight(row: AccountRow, owing: readonly FleetServer[]): void {
    const { clock, grid } = this.context;
    if (clock.now() < row.sentByOthersUntilMs) this.#restAndLook(row);
    else if (row.attempts === 0 && owing.some((server) => grid.wasReplaced(row, server)))
      this.delivery.putBack(row);
    else this.delivery.again(row);
  }

  #restAndLook(row: AccountRow): void {
    const delayMs = Math.max(0, row.lookAgainAtMs - this.context.clock.now());
    this.delivery.rest(row, delayMs, () => this.prove(row));
  }
}

const textOf = (answer: LoadedAnswer | undefined): string =>
  answer?.loaded.kind === 'loaded' ? (answer.loaded.jwt ?? '') : '';
