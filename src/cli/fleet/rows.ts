import { counted } from './age.js';
import { type AccountStateWord, type FleetAnswer, type RowAnswer, STATE_WORDS } from './answers.js';
import type { FleetApi } from './fleet-api.js';
import { compareNames, whyUnknown } from './servers.js';

/** Which accounts are wanted. */
export interface RowChoice {
  readonly states: readonly AccountStateWord[];
  readonly atMost: number;
}

/** So few accounts are shown whole. */
const FEW = 20;
/** What is shown of a long list. */
const ROWS_AT_MOST = 100;

/** Every account. */
export const EVERYTHING: RowChoice = { states: STATE_WORDS, atMost: Number.POSITIVE_INFINITY };
/** Every account that is not effective. */
export const FAULTY: RowChoice = {
  ...EVERYTHING,
  states: STATE_WORDS.filter((state) => state !== 'effective'),
};
/** Every account that keeps a wait for all from its end. */
export const UNSETTLED: RowChoice = { ...EVERYTHING, states: ['pending', 'unknown', 'incomplete'] };

/**
 * What people get to see of `wanted`: all of it if they ask for that or the accounts are few; else the worst of those of
 * which something can be told. An account is `unknown` because of a server or of the connection, and then all others are
 * too: that is one sentence, and not ten thousand rows.
 */
export function shownRows(fleet: FleetAnswer, wanted: RowChoice, all: boolean): RowChoice {
  if (all || countOf(fleet) <= FEW) return wanted;
  const telling = wanted.states.filter((state) => state !== 'effective' && state !== 'unknown');
  return { states: telling, atMost: ROWS_AT_MOST };
}

/**
 * Accounts page by page, in the order of their keys; when only so many are wanted, the worst first. States change while
 * pages are fetched: a list of all is asked for as one, so that none is missed or comes twice.
 */
export async function* rowsOf(
  api: FleetApi,
  fleet: FleetAnswer,
  { states, atMost }: RowChoice,
  signal?: AbortSignal,
): AsyncGenerator<readonly RowAnswer[]> {
  const whole = !Number.isFinite(atMost);
  const lists = whole ? [states] : states.filter((each) => fleet.accounts[each] > 0).map((each) => [each]);
  let left = atMost;
  for (const list of lists) {
    if (left <= 0) return;
    for await (const page of api.rows(list, fleet.servers.length, { limit: left, signal })) {
      yield page.slice(0, left);
      left -= page.length;
      if (left <= 0) break;
    }
  }
}

/** All of them in one list. */
export async function collectRows(
  api: FleetApi,
  fleet: FleetAnswer,
  choice: RowChoice,
  signal?: AbortSignal,
): Promise<RowAnswer[]> {
  const rows: RowAnswer[] = [];
  for await (const page of rowsOf(api, fleet, choice, signal)) rows.push(...page);
  return rows;
}

const RANKS: ReadonlyMap<string, number> = new Map(STATE_WORDS.map((word, rank) => [word, rank]));

/** A state that this program does not know is worst. */
const rankOf = (state: string): number => RANKS.get(state) ?? -1;

type Named = Pick<RowAnswer, 'state' | 'name'>;

/** Orders accounts for people: by how bad they are, then by name. */
export const worstFirst = (a: Named, b: Named): number =>
  rankOf(a.state) - rankOf(b.state) || compareNames(a.name, b.name);

/** How many accounts are in one of these states. */
export function countOf(
  { accounts }: FleetAnswer,
  states: readonly AccountStateWord[] = STATE_WORDS,
): number {
  return states.reduce((sum, state) => sum + accounts[state], 0);
}

/** What is left out of a list: how many more there are like those in it, and why others cannot be known. */
export function remarks(fleet: FleetAnswer, { states, atMost }: RowChoice, listed: number): string[] {
  const more = Number.isFinite(atMost) ? countOf(fleet, states) - listed : 0;
  const { unknown } = fleet.accounts;
  return [
    ...(more > 0 ? [`${counted(more, 'more account')} not effective; --all lists every account`] : []),
    ...(unknown > 0 && !states.includes('unknown')
      ? [`${counted(unknown, 'account')} unknown: ${whyUnknown(fleet)}`]
      : []),
  ];
}
