import { parseGoInteger } from './go-integer.js';
import { quote } from './rules/quote.js';
import { error, type Finding, findings, type RuleTable } from './rules/rule.js';

/**
 * S1–S4: all that the Go library asks of a NATS subject (jwt v2/types.go Subject.Validate). Tabs, `foo*` and `a.>.b`
 * pass: servers judge those later.
 */
export const SUBJECT_RULES: RuleTable<string> = {
  title: 'Subjects',
  where: '(any subject)',
  rules: [
    error('S1', '', 'The subject is empty.', (subject) => subject === ''),
    error(
      'S2',
      '',
      'The subject contains a space.',
      (subject) => subject.includes(' ') && `The subject ${quote(subject)} contains a space.`,
    ),
    error(
      'S3',
      '',
      'The subject begins or ends with a dot.',
      (subject) =>
        (subject.startsWith('.') || subject.endsWith('.')) &&
        `The subject ${quote(subject)} begins or ends with a dot.`,
    ),
    error(
      'S4',
      '',
      'The subject contains two dots in a row.',
      (subject) => subject.includes('..') && `The subject ${quote(subject)} contains two dots in a row.`,
    ),
  ],
};

/** What S1–S4 find wrong with a subject; empty when it is fine. */
export function subjectFindings(subject: string): Finding[] {
  return findings(SUBJECT_RULES, subject);
}

/** Whether a subject has a wildcard token (`*`, or `>` at the end), as Go's HasWildCards sees it. */
export function hasWildcards(subject: string): boolean {
  return (
    subject === '*' ||
    subject === '>' ||
    subject.startsWith('*.') ||
    subject.includes('.*.') ||
    subject.endsWith('.*') ||
    subject.endsWith('.>')
  );
}

/**
 * Whether every message of `subject` also matches `other`, as Go's IsContainedIn decides it: `a` is not in `a.>`, a `>`
 * in `subject` is an ordinary token (`>` is in `*`), a partial overlap is no containment.
 */
export function isContainedIn(subject: string, other: string): boolean {
  const mine = subject.split('.');
  const theirs = other.split('.');
  const openEnd = theirs.at(-1) === '>';
  if (mine.length < theirs.length || (mine.length > theirs.length && !openEnd)) return false;
  const compared = openEnd ? theirs.length - 1 : theirs.length;
  for (let i = 0; i < compared; i++) {
    if (theirs[i] !== '*' && theirs[i] !== mine[i]) return false;
  }
  return true;
}

/** The number in a reference token (`$2` in a local subject), else `undefined`. */
function referenceNumber(token: string): number | bigint | undefined {
  return token.startsWith('$') ? parseGoInteger(token.slice(1)) : undefined;
}

/** A local subject with its references (`$2`) as the wildcards that they stand for: what servers subscribe to. */
export function withoutReferences(localSubject: string): string {
  if (!localSubject.includes('$')) return localSubject;
  return localSubject
    .split('.')
    .map((token) => (referenceNumber(token) === undefined ? token : '*'))
    .join('.');
}

/** What is wrong with the local subject of an import from `subject` (Go's RenamingSubject.Validate); empty: nothing. */
export function localSubjectFindings(localSubject: string, subject: string): Finding[] {
  return [
    ...subjectFindings(localSubject),
    ...(subject === '' ? ['There is no subject that the local subject could stand for.'] : []),
    ...(localSubject.includes(' ') ? [`The local subject ${quote(localSubject)} must not have spaces.`] : []),
    ...(endsOpen(localSubject) === endsOpen(subject)
      ? []
      : ['The subject and the local subject must either both end in ">" or neither.']),
    ...referenceFindings(localSubject, subject),
  ];
}

function endsOpen(subject: string): boolean {
  return subject === '>' || subject.endsWith('.>');
}

function referenceFindings(localSubject: string, subject: string): Finding[] {
  const wildcards = subject.split('.').filter((token) => token === '*').length;
  const found: Finding[] = [];
  let used = 0;
  for (const token of localSubject.split('.')) {
    const reference = referenceNumber(token);
    if (reference !== undefined && reference > wildcards) {
      found.push(`The local subject refers to ${quote(token)}, but the subject has ${wildcards} "*" tokens.`);
    } else if (reference !== undefined || token === '*') {
      used++;
    }
  }
  if (used !== wildcards) {
    found.push(`The local subject uses ${used} wildcards or references, but the subject has ${wildcards}.`);
  }
  return found;
}
