import { spreadOf } from '../statistics.js';

/** One measured thing. */
export interface Row {
  readonly name: string;
  /** One for each round, or for each time that something was done. */
  readonly values: readonly number[];
  /** Processor time of the server for each request, a number each round. */
  readonly cpuMicroseconds?: readonly number[];
  /** What else is worth knowing, such as `p99 3.1 ms`. */
  readonly note?: string;
}

/** A figure that follows from the rows, with the target that the project set itself, where there is one. */
export interface Finding {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Where the time goes, for a target that was missed. */
  readonly profile?: readonly string[];
}

/** The answer to one question: a table. */
export interface Answer {
  readonly question: string;
  readonly unit: string;
  readonly rows: readonly Row[];
  readonly findings: readonly Finding[];
}

/** What came of a question, by its name as `--only` takes it. */
export interface Topic {
  readonly name: string;
  /** How many there were, where that matters. */
  readonly accounts?: number;
  readonly seconds: number;
  /** Why there are no answers. */
  readonly failure?: string;
  readonly answers: readonly Answer[];
}

/** Everything that one run found out, as `--json` prints it. */
export interface Report {
  /** The machine, programs and versions: names and values. */
  readonly setting: Readonly<Record<string, string>>;
  readonly topics: readonly Topic[];
}

/** Whether a finding keeps its target; undefined when it has none. */
export function holds({ value, atLeast, atMost }: Finding): boolean | undefined {
  if (atLeast !== undefined) return value >= atLeast;
  return atMost === undefined ? undefined : value <= atMost;
}

/** All findings that have a target. */
export function targetsOf({ topics }: Report): Finding[] {
  const findings = topics.flatMap(({ answers }) => answers.flatMap((answer) => answer.findings));
  return findings.filter((finding) => holds(finding) !== undefined);
}

/** How many times as fast, or as slow, one row is as another: the median over rounds, which were run side by side. */
export function ratio(
  rows: readonly Row[],
  names: readonly [string, string],
  target: Pick<Finding, 'atLeast' | 'atMost'> = {},
): Finding[] {
  return compare(rows, names, ({ values }) => values).map((finding) => ({ ...finding, ...target }));
}

/** How many times as much one row does as another with the same processor time: also where whoever asks is the limit. */
export function workRatio(rows: readonly Row[], [one, other]: readonly [string, string]): Finding[] {
  const found = compare(rows, [other, one], ({ cpuMicroseconds = [] }) => cpuMicroseconds);
  return found.map((finding) => ({ ...finding, name: `${one} / ${other}, by processor time` }));
}

function compare(
  rows: readonly Row[],
  [one, other]: readonly [string, string],
  pick: (row: Row) => readonly number[],
): Finding[] {
  const [above, below] = [one, other].map((name) => rows.find((row) => row.name === name));
  if (above === undefined || below === undefined) return [];
  const ratios = pick(above).map((value, round) => value / (pick(below)[round] ?? Number.NaN));
  return [{ name: `${one} / ${other}`, value: spreadOf(ratios).median, unit: '' }];
}
