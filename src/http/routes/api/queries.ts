import type { Result } from '../../../claims/jwt.js';
import type { PageQuery, WaitQuery } from '../../requests.js';
import { readWait } from '../../wait.js';

const DEFAULT_LIMIT = 100;
const MOST = 1_000;

/** Which page of a list is wanted, and which states. */
export interface Page<State extends string> {
  /** The key behind which it begins; '': with the first. */
  readonly after: string;
  readonly limit: number;
  /** Undefined: all. */
  readonly states: ReadonlySet<State> | undefined;
}

/** Reads the options of a list; `allowed` are the states that can be asked for. */
export function readPage<State extends string>(
  query: PageQuery,
  allowed: readonly State[],
): Result<Page<State>, string> {
  const unknown = unknownOption(query, ['state', 'limit', 'after']);
  if (unknown !== undefined) return { ok: false, problem: unknown };
  const limit = readLimit(query.limit);
  if (!limit.ok) return limit;
  const states = readStates(query.state, allowed);
  if (!states.ok) return states;
  return { ok: true, value: { after: query.after ?? '', limit: limit.value, states: states.value } };
}

/** Reads the options of an answer that can wait: milliseconds, undefined for an answer at once. */
export function readWaitOnly(query: WaitQuery): Result<number | undefined, string> {
  const unknown = unknownOption(query, ['wait']);
  return unknown === undefined ? readWait(query.wait) : { ok: false, problem: unknown };
}

/** A misspelt option would be answered with more than was asked for, as if it were right. */
function unknownOption(query: object, known: readonly string[]): string | undefined {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : `unknown option ${quoted(unknown)}; known: ${known.join(', ')}`;
}

function readLimit(text: string | undefined): Result<number, string> {
  if (text === undefined) return { ok: true, value: DEFAULT_LIMIT };
  const limit = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (limit >= 1 && limit <= MOST) return { ok: true, value: limit };
  return { ok: false, problem: `bad limit ${quoted(text)}: give a whole number from 1 to ${MOST}` };
}

function readStates<State extends string>(
  text: string | undefined,
  allowed: readonly State[],
): Result<ReadonlySet<State> | undefined, string> {
  if (text === undefined) return { ok: true, value: undefined };
  const states = new Set<State>();
  for (const word of text.split(',')) {
    const state = allowed.find((known) => known === word.trim());
    if (state === undefined)
      return { ok: false, problem: `bad state ${quoted(word)}: give one or more of ${allowed.join(', ')}` };
    states.add(state);
  }
  return { ok: true, value: states };
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 40));
