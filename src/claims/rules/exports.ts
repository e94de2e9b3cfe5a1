import type { Issue } from '../issues.js';
import { SubjectTree } from '../subject-tree.js';
import { hasWildcards, subjectFindings } from '../subjects.js';
import type { Export, Int64 } from '../types.js';
import { INFO_RULES } from './info.js';
import { quote } from './quote.js';
import { error, findings, type RuleTable, report } from './rule.js';

type Entry = Export | null;

/** X1: an entry of the list that is none. */
export const EXPORT_ENTRY_RULES: RuleTable<Entry> = {
  title: 'Exports: entries',
  where: 'nats.exports[]',
  rules: [error('X1', '', 'The export is null.', (entry) => entry === null)],
};

const RESPONSE_TYPES: ReadonlySet<string> = new Set(['', 'Singleton', 'Stream', 'Chunked']);

const isService = (entry: Export): boolean => entry.type === 'service';
const isStream = (entry: Export): boolean => entry.type === 'stream';
const isSampling = (sampling: Int64): boolean => sampling >= 0 && sampling <= 100;

/** X2–X16: one export (jwt v2/exports.go Export.Validate). */
export const EXPORT_RULES: RuleTable<Export> = {
  title: 'Exports',
  where: 'nats.exports[]',
  rules: [
    error('X2', 'type', 'The export is neither a stream nor a service.', (entry) => entry.type === ''),
    error(
      'X3',
      'response_type',
      'The response type of a service is not Singleton, Stream or Chunked.',
      (entry) =>
        isService(entry) &&
        !RESPONSE_TYPES.has(entry.response_type) &&
        `The response type ${quote(entry.response_type)} is not Singleton, Stream or Chunked.`,
    ),
    error(
      'X4',
      'response_type',
      'A stream has a response type; only services have one.',
      (entry) => isStream(entry) && entry.response_type !== '',
    ),
    error(
      'X5',
      'allow_trace',
      'A stream allows tracing; only exported services can.',
      (entry) => isStream(entry) && entry.allow_trace,
    ),
    error(
      'X6',
      'service_latency',
      'Latency is tracked for something that is no service.',
      (entry) => entry.service_latency !== null && !isService(entry),
    ),
    error(
      'X7',
      'service_latency.sampling',
      'The sampling of latency is neither "headers" nor a percentage from 1 to 100.',
      (entry) => entry.service_latency !== null && !isSampling(entry.service_latency.sampling),
    ),
    error(
      'X8',
      'service_latency.results',
      'The subject for latency results is not a subject (S1–S4).',
      (entry) => entry.service_latency !== null && subjectFindings(entry.service_latency.results),
    ),
    error(
      'X9',
      'service_latency.results',
      'The subject for latency results has wildcards, so that nothing can be published to it.',
      (entry) => entry.service_latency !== null && hasWildcards(entry.service_latency.results),
    ),
    error(
      'X10',
      'response_threshold',
      'The response threshold is negative.',
      (entry) => entry.response_threshold < 0,
    ),
    error(
      'X11',
      'response_threshold',
      'Something that is no service has a response threshold.',
      (entry) => entry.response_threshold > 0 && !isService(entry),
    ),
    error('X12', 'subject', 'The subject is not a subject (S1–S4).', (entry) =>
      subjectFindings(entry.subject),
    ),
    error(
      'X13',
      'account_token_position',
      'There is an account token position, but the subject has no wildcard.',
      (entry) => entry.account_token_position > 0 && !hasWildcards(entry.subject),
    ),
    error(
      'X14',
      'account_token_position',
      'The account token position is beyond the end of the subject.',
      (entry) => hasPosition(entry) && tokenAtPosition(entry) === undefined,
    ),
    error('X15', 'account_token_position', 'The account token position is not that of a "*".', (entry) => {
      const token = hasPosition(entry) ? tokenAtPosition(entry) : undefined;
      return (
        token !== undefined &&
        token !== '*' &&
        `Token ${entry.account_token_position} of the subject is ${quote(token)}, but must be a "*".`
      );
    }),
    error('X16', '', 'The description or the info URL is not right (N1–N3).', (entry) =>
      findings(INFO_RULES, entry),
    ),
  ],
};

function hasPosition(entry: Export): boolean {
  return entry.account_token_position > 0 && hasWildcards(entry.subject);
}

function tokenAtPosition(entry: Export): string | undefined {
  return entry.subject.split('.')[Number(entry.account_token_position) - 1];
}

/** A subject of the list, and another (or its double) that it contains. */
interface Overlap {
  readonly subject: string;
  readonly contained: string;
}

/** X17: exports that another contains, services and the rest each for themselves. */
export const EXPORT_OVERLAP_RULES: RuleTable<Overlap> = {
  title: 'Exports: overlaps',
  where: 'nats.exports[]',
  rules: [
    error(
      'X17',
      'subject',
      'The subject contains that of another export of the same type.',
      ({ subject, contained }) => `The export ${quote(subject)} also covers the export ${quote(contained)}.`,
    ),
  ],
};

/** Judges the exports of an account. */
export function exportIssues(exports: readonly Entry[], issues: Issue[]): void {
  const services = new Map<string, number[]>();
  const others = new Map<string, number[]>();
  for (const [index, entry] of exports.entries()) {
    const path = `nats.exports[${index}]`;
    report(EXPORT_ENTRY_RULES, entry, path, issues);
    if (entry === null) continue;
    report(EXPORT_RULES, entry, path, issues);
    const subjects = isService(entry) ? services : others;
    const known = subjects.get(entry.subject);
    if (known === undefined) subjects.set(entry.subject, [index]);
    else known.push(index);
  }
  overlapIssues(services, issues);
  overlapIssues(others, issues);
}

/** One issue per distinct subject that contains another's; `indexes` says which exports have a subject. */
function overlapIssues(indexes: ReadonlyMap<string, readonly number[]>, issues: Issue[]): void {
  const tree = new SubjectTree();
  for (const subject of indexes.keys()) tree.add(subject);
  for (const [subject, [first, second]] of indexes) {
    const contained = second === undefined ? otherContained(tree, subject) : subject;
    if (contained !== undefined) {
      report(EXPORT_OVERLAP_RULES, { subject, contained }, `nats.exports[${first}]`, issues);
    }
  }
}

function otherContained(tree: SubjectTree, subject: string): string | undefined {
  if (!hasWildcards(subject)) return undefined;
  for (const other of tree.containedIn(subject)) {
    if (other !== subject) return other;
  }
  return undefined;
}
