import { type AccountStateWord, type FleetAnswer, type RowAnswer, STATE_WORDS } from './answers.js';
import type { FleetApi } from './fleet-api.js';

/** Which accounts are wanted. */
export interface RowChoice {
  /** Those that are effective as well. */
  readonly all: boolean;
  readonly atMost: number;
  readonly signal?: AbortSignal | undefined;
}

const FAULTY = STATE_WORDS.filter((state) => state !== 'effective');

/** What is shown of a long list unless all is wanted. */
export const ROWS_AT_MOST = 100;
/** So few accounts are shown whole. */
const FEW = 20;

/** What people get to see: everything if they ask for it or it is little, else the worst of what is not effective. */
export function shownRows(fleet: FleetAnswer, all: boolean): Pick<RowChoice, 'all' | 'atMost'> {
  return all || countOf(fleet) <= FEW ? EVERYTHING : { all: false, atMost: ROWS_AT_MOST };
}

/** Every account. */
export const EVERYTHING = { all: true, atMost: Number.POSITIVE_INFINITY } as const;

/** Accounts page by page, the worst first, then in the order of their keys. */
export async function* rowsOf(
  api: FleetApi,
  fleet: FleetAnswer,
  { all, atMost, signal }: RowChoice,
): AsyncGenerator<readonly RowAnswer[]> {
  let left = atMost;
  for (const state of (all ? STATE_WORDS : FAULTY).filter((each) => fleet.accounts[each] > 0)) {
    if (left <= 0) return;
    for await (const page of api.rows([state], fleet.servers.length, { limit: left, signal })) {
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
): Promise<RowAnswer[]> {
  const rows: RowAnswer[] = [];
  for await (const page of rowsOf(api, fleet, choice)) rows.push(...page);
  return rows;
}

/** How many accounts are in one of these states. */
export function countOf(
  { accounts }: FleetAnswer,
  states: readonly AccountStateWord[] = STATE_WORDS,
): number {
  return states.reduce((sum, state) => sum + accounts[state], 0);
}

/** How many are in any state but effective. */
export const faultyCount = (fleet: FleetAnswer): number => countOf(fleet, FAULTY);
