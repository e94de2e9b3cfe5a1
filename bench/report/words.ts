import { type Finding, holds } from './answer.js';

/** Three digits that matter, and no exponent. */
export function showNumber(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value === 0 ? '0' : value.toPrecision(3);
}

/** `at least 0.9`, `at most 20`; empty when there is no target. */
export function showTarget({ atLeast, atMost }: Finding): string {
  if (atLeast !== undefined) return `at least ${atLeast}`;
  return atMost === undefined ? '' : `at most ${atMost}`;
}

/** Whether a target was reached. */
export const verdictOn = (finding: Finding): string => (holds(finding) === false ? 'MISSED' : 'holds');
