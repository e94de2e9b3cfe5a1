import type { AccountRow } from './account-row.js';
import {
  ACCOUNT_STATE,
  type AccountState,
  type Evidence,
  isEffectiveState,
  noAccounts,
} from './account-state.js';
import type { FleetClock, FleetMeter, Log, Publications } from './ports.js';
import type { Servers } from './servers.js';
import type { Waiting } from './waiting.js';

/** What progress is told by, and tells. */
export interface ProgressParts {
  readonly servers: Servers;
  readonly publications: Publications;
  readonly waiting: Waiting;
  readonly clock: FleetClock;
  readonly meter: FleetMeter;
  readonly log: Log;
}

/**
 * How far every account has come. Each event tells of the one row that it touched, so a state, and the number of accounts
 * in each state, are known without looking at any server or at other accounts.
 *
 * What has arrived is found out when an event has been dealt with, not in its midst: only then is a row what it seems.
 */
export class Progress {
  /** Rows whose version has not arrived everywhere yet. */
  readonly underWay = new Set<AccountRow>();
  /** Rows that are not as they should be on the servers that can be seen. */
  readonly unsettled = new Set<AccountRow>();
  /** Rows whose servers have to be looked at once more. */
  readonly toLookAgain = new Set<AccountRow>();
  readonly #counts: Record<Evidence, number> = {
    effective: 0,
    incomplete: 0,
    expired: 0,
    unproven: 0,
    pending: 0,
  };
  #published = 0;
  /** Rows that may have arrived. */
  readonly #candidates = new Set<AccountRow>();
  #scheduled = false;

  constructor(private readonly parts: ProgressParts) {}

  /** How an account stands; one without a row is loaded nowhere, or nobody has said so yet. */
  state(row: AccountRow | undefined): AccountState {
    return ACCOUNT_STATE[this.parts.servers.sight][row?.evidence ?? 'effective'];
  }

  /** Every server that has the account runs the published text, as far as anybody can know. */
  isEffective(row: AccountRow): boolean {
    return row.evidence !== undefined && isEffectiveState(this.state(row));
  }

  /** How many of the published accounts are in which state. */
  counts(): Record<AccountState, number> {
    const counts = noAccounts();
    const state = ACCOUNT_STATE[this.parts.servers.sight];
    for (const evidence of EVIDENCE) counts[state[evidence]] += this.#counts[evidence];
    counts[state.effective] += Math.max(0, this.parts.publications.size - this.#published);
    return counts;
  }

  /** Nothing that is published is pending, incomplete or unknown. */
  get allEffective(): boolean {
    const { unproven, pending, incomplete } = this.#counts;
    return this.parts.servers.sight === 'whole' && unproven + pending + incomplete === 0;
  }

  /** A version is on its way from now on. */
  sets(row: AccountRow): void {
    row.underWaySinceMs = this.parts.clock.now();
    this.underWay.add(row);
    this.touched(row);
  }

  /** Something about the row has changed. */
  readonly touched = (row: AccountRow): void => {
    const evidence = row.published ? evidenceOf(row) : undefined;
    if (evidence !== row.evidence) this.#turn(row, evidence);
    if (row.lookAgainAtMs > 0) this.toLookAgain.add(row);
    else if (this.toLookAgain.size > 0) this.toLookAgain.delete(row);
    if (evidence !== undefined && !isSettled(evidence)) return;
    if (row.underWaySinceMs > 0 || this.parts.waiting.isFor(row)) this.#candidates.add(row);
    else if (!this.parts.waiting.isForAll) return;
    this.#conclude();
  };

  /** More of the fleet can be seen, or less. */
  sightChanged(): void {
    if (this.parts.servers.sight !== 'whole') return;
    for (const row of this.underWay) this.#candidates.add(row);
    for (const row of this.parts.waiting.rows()) this.#candidates.add(row);
    this.#conclude();
  }

  #turn(row: AccountRow, evidence: Evidence | undefined): void {
    const before = row.evidence;
    row.evidence = evidence;
    if (before === undefined) this.#published++;
    else this.#counts[before]--;
    if (evidence === undefined) this.#published--;
    else this.#counts[evidence]++;
    if (evidence === undefined || isSettled(evidence)) {
      row.unsettledSinceMs = 0;
      this.unsettled.delete(row);
    } else if (row.unsettledSinceMs === 0) {
      row.unsettledSinceMs = this.parts.clock.now();
      this.unsettled.add(row);
    }
  }

  /** Once, when whatever is happening now has happened. */
  #conclude(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    Promise.resolve()
      .then(() => this.#arrive())
      .catch((error: unknown) =>
        this.parts.log.error({ err: error }, 'unexpected failure while following accounts'),
      );
  }

  #arrive(): void {
    this.#scheduled = false;
    const candidates = [...this.#candidates];
    this.#candidates.clear();
    for (const row of candidates) {
      if (row.published && !this.isEffective(row)) continue;
      this.#settle(row);
      this.parts.waiting.end(row);
    }
    if (this.parts.waiting.isForAll && this.allEffective) this.parts.waiting.endForAll();
  }

  #settle(row: AccountRow): void {
    this.underWay.delete(row);
    if (row.published && row.underWaySinceMs > 0 && row.tally.loaded > 0)
      this.parts.meter.propagated((this.parts.clock.now() - row.underWaySinceMs) / 1000);
    row.underWaySinceMs = 0;
  }
}

const EVIDENCE: readonly Evidence[] = ['effective', 'incomplete', 'expired', 'unproven', 'pending'];

const isSettled = (evidence: Evidence): boolean => evidence === 'effective' || evidence === 'expired';

/** While something is being done, or still has to be looked at, what the cells say does not count. */
const evidenceOf = (row: AccountRow): Evidence =>
  row.work === 'idle' && row.lookAgainAtMs === 0 ? row.tally.evidence : 'pending';
