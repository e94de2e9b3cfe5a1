import type { Result } from '../claims/jwt.js';

/** The longest that an answer may be waited for: clients and proxies give up not long after a minute. */
export const LONGEST_WAIT_MS = 60_000;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/**
 * Reads a `wait` option: `5s`, `500ms`, `1m`, `1.5s`, or a bare number of seconds.
 * @returns milliseconds, undefined when the option was not given, or what is allowed in a sentence
 */
export function readWait(text: string | undefined): Result<number | undefined, string> {
  if (text === undefined) return { ok: true, value: undefined };
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  const waitMs = Math.round(Number(amount) * (UNIT_MS[unit] ?? Number.NaN));
  if (waitMs <= LONGEST_WAIT_MS) return { ok: true, value: waitMs };
  const bad = JSON.stringify(text.slice(0, 40));
  return {
    ok: false,
    problem: `bad wait parameter ${bad}: give 0s to 60s, such as 5s, 500ms or 5 (seconds)`,
  };
}

/** Writes a time span for people: `0.042 s`, `5 s`. */
export function showSeconds(ms: number): string {
  return `${Math.round(ms) / 1_000} s`;
}
