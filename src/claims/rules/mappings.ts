import type { Issue } from '../issues.js';
import { subjectFindings } from '../subjects.js';
import type { WeightedMapping } from '../types.js';
import { quote } from './quote.js';
import { error, type RuleTable, report } from './rule.js';

/** M1: the subject that is mapped. */
export const MAPPED_SUBJECT_RULES: RuleTable<string> = {
  title: 'Mappings: sources',
  where: 'nats.mappings["…"]',
  rules: [error('M1', '', 'The mapped subject is not a subject (S1–S4).', subjectFindings)],
};

/** One target of a mapping, and how much of its cluster is given away with it. */
interface TargetPart {
  readonly target: WeightedMapping;
  readonly clusterTotal: number;
}

/** M2–M4: one target of a mapping. */
export const MAPPING_RULES: RuleTable<TargetPart> = {
  title: 'Mappings: targets',
  where: 'nats.mappings["…"][]',
  rules: [
    error('M2', 'subject', 'The target is not a subject (S1–S4).', ({ target }) =>
      subjectFindings(target.subject),
    ),
    error(
      'M3',
      'weight',
      'The weight is over 100.',
      ({ target }) => weightOf(target) > 100 && `The weight ${target.weight} is over 100.`,
    ),
    error(
      'M4',
      'weight',
      'The weights of one cluster add up to more than 100 (a missing weight is 100).',
      ({ target, clusterTotal }) =>
        target.cluster !== '' &&
        clusterTotal > 100 &&
        `The weights in cluster ${quote(target.cluster)} add up to ${clusterTotal}, more than 100.`,
    ),
  ],
};

/** M5: the targets without a cluster, taken together. */
export const MAPPING_TOTAL_RULES: RuleTable<number> = {
  title: 'Mappings: sums',
  where: 'nats.mappings["…"]',
  rules: [
    error(
      'M5',
      '',
      'The weights of targets without a cluster add up to more than 100 (a missing weight is 100).',
      (total) => total > 100 && `The weights without a cluster add up to ${total}, more than 100.`,
    ),
  ],
};

/** Judges the mappings of an account (jwt v2/account_claims.go Mapping.Validate). */
export function mappingIssues(
  mappings: ReadonlyMap<string, readonly WeightedMapping[]>,
  issues: Issue[],
): void {
  for (const [subject, targets] of mappings) {
    const path = `nats.mappings[${quote(subject)}]`;
    report(MAPPED_SUBJECT_RULES, subject, path, issues);
    targetIssues(targets, path, issues);
  }
}

function targetIssues(targets: readonly WeightedMapping[], path: string, issues: Issue[]): void {
  const totals = new Map<string, number>();
  for (const [index, target] of targets.entries()) {
    const clusterTotal = (totals.get(target.cluster) ?? 0) + weightOf(target);
    totals.set(target.cluster, clusterTotal);
    report(MAPPING_RULES, { target, clusterTotal }, `${path}[${index}]`, issues);
  }
  report(MAPPING_TOTAL_RULES, totals.get('') ?? 0, path, issues);
}

function weightOf(target: WeightedMapping): number {
  return Number(target.weight) || 100;
}
