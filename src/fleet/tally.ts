import type { Evidence } from './account-state.js';
import type { Effect } from './states.js';

/** What one cell means for its account. */
export type Mark =
  /** The server does not have the account. */
  | 'absent'
  /** The server runs what it should. */
  | 'fine'
  | 'incomplete'
  | 'expired'
  /** The server has the account; whether it runs the published text is not known. */
  | 'unproven'
  /** The server runs another text, or refused the published one. */
  | 'owed'
  /** The server refused the published text and does not have the account. */
  | 'refused';

const MARK: Readonly<Record<Effect, Mark>> = {
  unknown: 'absent',
  not_loaded: 'absent',
  unproven: 'unproven',
  current: 'fine',
  incomplete: 'incomplete',
  expired: 'expired',
  placeholder: 'fine',
  differs: 'owed',
};

/** The mark of a cell; `refused`: the server said no to the published text. */
export function markOf(effect: Effect, refused: boolean): Mark {
  if (!refused || effect === 'current') return MARK[effect];
  return MARK[effect] === 'absent' ? 'refused' : 'owed';
}

/** Whether the published text has to be sent to the server again. */
export const isOwed = (mark: Mark): boolean => mark === 'owed' || mark === 'refused';

/** Counts the cells of one account by mark, so that no question about it has to look at every server. */
export class Tally {
  readonly #counts: Record<Exclude<Mark, 'absent'>, number> = {
    fine: 0,
    incomplete: 0,
    expired: 0,
    unproven: 0,
    owed: 0,
    refused: 0,
  };

  add(mark: Mark): void {
    if (mark !== 'absent') this.#counts[mark]++;
  }

  remove(mark: Mark): void {
    if (mark !== 'absent') this.#counts[mark]--;
  }

  /** Servers that have the account. */
  get loaded(): number {
    const { fine, incomplete, expired, unproven, owed } = this.#counts;
    return fine + incomplete + expired + unproven + owed;
  }

  /** Servers that run the published text with a dead import. */
  get incomplete(): number {
    return this.#counts.incomplete;
  }

  /** Another text is published: nothing is proven of it yet, nor refused. */
  outdate(): void {
    const counts = this.#counts;
    counts.unproven = this.loaded;
    counts.fine = counts.incomplete = counts.expired = counts.owed = counts.refused = 0;
  }

  /** What all cells say together. */
  get evidence(): Evidence {
    const { owed, refused, unproven, expired, incomplete } = this.#counts;
    if (owed > 0 || refused > 0) return 'pending';
    if (unproven > 0) return 'unproven';
    if (expired > 0) return 'expired';
    return incomplete > 0 ? 'incomplete' : 'effective';
  }
}
