import type { Issue, Severity } from '../issues.js';

/** What a rule has to say: its own meaning (`true`), a sentence, a sentence taken from another rule; or nothing. */
export type Findings = boolean | string | readonly Finding[] | undefined;

/** One sentence for a person; `source` names the inner rules it stems from (`S2`), as in `I8` asking for a subject. */
export type Finding = string | { readonly text: string; readonly source: string };

/** What is known of a rule without running it: the catalogue and its documentation are made of these. */
export interface RuleInfo {
  readonly id: string;
  readonly severity: Severity;
  /** JSON path below the part that the rule looks at; '' for the part itself. */
  readonly field: string;
  /** What is wrong when the rule fires, one sentence. */
  readonly meaning: string;
}

/** A rule about one part of the claims: an import, a mapping, a key. */
export interface Rule<P> extends RuleInfo {
  check(part: P): Findings;
}

/** The rules about one kind of part, in the order in which Go applies them. */
export interface RuleTable<P> {
  readonly title: string;
  /** JSON path pattern of the part: `nats.imports[]`. */
  readonly where: string;
  readonly rules: readonly Rule<P>[];
}

type Check<P> = (part: P) => Findings;

/** A rule whose violation always blocks. */
export function error<P>(id: string, field: string, meaning: string, check: Check<P>): Rule<P> {
  return { id, severity: 'error', field, meaning, check };
}

/** A rule whose violation blocks where time counts. */
export function timeCheck<P>(id: string, field: string, meaning: string, check: Check<P>): Rule<P> {
  return { id, severity: 'time', field, meaning, check };
}

/** A rule whose violation never blocks. */
export function warning<P>(id: string, field: string, meaning: string, check: Check<P>): Rule<P> {
  return { id, severity: 'warning', field, meaning, check };
}

/** Applies every rule of a table to the part at `path` and adds what they find to `issues`. */
export function report<P>(table: RuleTable<P>, part: P, path: string, issues: Issue[]): void {
  for (const rule of table.rules) {
    for (const finding of findingsOf(rule, part)) {
      const description =
        typeof finding === 'string' ? finding : `${finding.text.slice(0, -1)} (${finding.source}).`;
      issues.push({ rule: rule.id, severity: rule.severity, path: join(path, rule.field), description });
    }
  }
}

/** What a table finds, for a rule that consists of other rules: each sentence with the id that it stems from. */
export function findings<P>(table: RuleTable<P>, part: P): Finding[] {
  const all: Finding[] = [];
  for (const rule of table.rules) {
    for (const finding of findingsOf(rule, part)) all.push(withSource(rule.id, finding));
  }
  return all;
}

const NOTHING: readonly Finding[] = [];

function findingsOf<P>(rule: Rule<P>, part: P): readonly Finding[] {
  const found = rule.check(part);
  if (found === false || found === undefined) return NOTHING;
  if (found === true) return [rule.meaning];
  return typeof found === 'string' ? [found] : found;
}

function withSource(id: string, finding: Finding): Finding {
  return typeof finding === 'string'
    ? { text: finding, source: id }
    : { text: finding.text, source: `${id}, ${finding.source}` };
}

function join(path: string, field: string): string {
  return path === '' || field === '' ? path + field : `${path}.${field}`;
}
