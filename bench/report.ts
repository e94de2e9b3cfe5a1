import { spreadOf } from './statistics.js';

/** One measured thing. */
export interface Row {
  readonly name: string;
  /** One for each round, or for each time that something was done. */
  readonly values: readonly number[];
  /** What else is worth knowing, such as `p99 3.1 ms`. */
  readonly note?: string;
}

/** A figure that follows from the rows, with the bound that the project set itself, where there is one. */
export interface Finding {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** The answer to one question. */
export interface Answer {
  readonly question: string;
  readonly unit: string;
  readonly rows: readonly Row[];
  readonly findings: readonly Finding[];
}

/** Whether a finding keeps its bound; undefined when it has none. */
export function holds({ value, atLeast, atMost }: Finding): boolean | undefined {
  if (atLeast !== undefined) return value >= atLeast;
  return atMost === undefined ? undefined : value <= atMost;
}

/** An answer as text for people. */
export function showAnswer({ question, unit, rows, findings }: Answer): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const head = `${''.padEnd(width)}  ${['min', 'median', 'max'].map((word) => word.padStart(10)).join('')}  ${unit}`;
  const lines = rows.map(({ name, values, note = '' }) => {
    const spread = spreadOf(values);
    const numbers = [spread.min, spread.median, spread.max].map((value) => showNumber(value).padStart(10));
    return `${name.padEnd(width)}  ${numbers.join('')}  ${note}`.trimEnd();
  });
  return ['', question, head, ...lines, ...findings.map(showFinding)].join('\n');
}

function showFinding(finding: Finding): string {
  const { name, value, unit, atLeast, atMost } = finding;
  const bound =
    atLeast !== undefined ? ` (at least ${atLeast})` : atMost !== undefined ? ` (at most ${atMost})` : '';
  const verdict = { true: ': holds', false: ': DOES NOT HOLD', undefined: '' }[String(holds(finding))];
  return `  ${name}: ${showNumber(value)}${unit === '' ? '' : ` ${unit}`}${bound}${verdict}`;
}

/** Three digits that matter, and no exponent. */
function showNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}
