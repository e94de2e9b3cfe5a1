import type { Issue } from '../issues.js';
import { SubjectTree } from '../subject-tree.js';
import { isContainedIn, localSubjectFindings, subjectFindings, withoutReferences } from '../subjects.js';
import type { AccountClaims, ActivationClaims, Import } from '../types.js';
import { ACTIVATION_RULES } from './activation.js';
import { type ImportToken, importToken } from './import-token.js';
import { quote } from './quote.js';
import { error, type Findings, findings, type RuleTable, report, warning } from './rule.js';

/** I1: an entry of the list that is none. */
export const IMPORT_ENTRY_RULES: RuleTable<Import | null> = {
  title: 'Imports: entries',
  where: 'nats.imports[]',
  rules: [error('I1', '', 'The import is null.', (entry) => entry === null)],
};

/** A service import next to an earlier one from the same account. */
interface Overlap {
  readonly subject: string;
  readonly earlier: string;
}

/** I2, I3: service imports from one account that share messages. */
export const IMPORT_OVERLAP_RULES: RuleTable<Overlap> = {
  title: 'Imports: overlaps',
  where: 'nats.imports[]',
  rules: [
    error(
      'I2',
      '',
      'The service overlaps with an earlier one imported from the same account.',
      ({ subject, earlier }) =>
        `The service ${quote(subject)} overlaps with ${quote(earlier)}, imported from the same account.`,
    ),
    error(
      'I3',
      '',
      'The service has the subject of an earlier one imported from the same account.',
      ({ subject, earlier }) =>
        subject === earlier && `The service ${quote(subject)} is imported from the same account twice.`,
    ),
  ],
};

/** An import, the account that has it, and what its activation token says. */
interface ImportPart {
  readonly entry: Import;
  /** The importing account, as its `sub`. */
  readonly importer: string;
  readonly token: ImportToken;
}

type TokenPart = ImportPart & { readonly activation: ActivationClaims };

const isService = ({ entry }: ImportPart): boolean => entry.type === 'service';

/** Runs a check of the activation token, if there is one that can be read. */
const withToken =
  (check: (part: TokenPart) => Findings) =>
  (part: ImportPart): Findings =>
    part.token?.ok === true && check({ ...part, activation: part.token.value.claims });

/** I4–I17: one import (jwt v2/imports.go Import.Validate). */
export const IMPORT_RULES: RuleTable<ImportPart> = {
  title: 'Imports',
  where: 'nats.imports[]',
  rules: [
    error('I4', 'type', 'The import is neither a stream nor a service.', ({ entry }) => entry.type === ''),
    error(
      'I5',
      'allow_trace',
      'A service allows tracing; only imported streams can.',
      (part) => isService(part) && part.entry.allow_trace,
    ),
    error('I6', 'account', 'The account to import from is not named.', ({ entry }) => entry.account === ''),
    warning('I7', 'to', 'The field "to" is deprecated: use "local_subject".', ({ entry }) => entry.to !== ''),
    error('I8', 'subject', 'The subject is not a subject (S1–S4).', ({ entry }) =>
      subjectFindings(entry.subject),
    ),
    error(
      'I9',
      'local_subject',
      'The local subject is not a subject, or does not fit the subject.',
      ({ entry }) => entry.local_subject !== '' && localSubjectFindings(entry.local_subject, entry.subject),
    ),
    error(
      'I10',
      'to',
      'Both "local_subject" and "to" are set; the first replaces the second.',
      ({ entry }) => entry.local_subject !== '' && entry.to !== '',
    ),
    error(
      'I11',
      'share',
      'Something that is no service shares information about its requests.',
      (part) => part.entry.share && !isService(part),
    ),
    error(
      'I12',
      'token',
      'The activation token cannot be read; a URL is not followed.',
      ({ token }) => token?.ok === false && `The activation token cannot be read: ${token.problem.message}.`,
    ),
    error(
      'I13',
      'token',
      'The activation token is not from the account that is imported from.',
      withToken(
        ({ entry, activation }) =>
          activation.iss !== entry.account && activation.nats.issuer_account !== entry.account,
      ),
    ),
    error(
      'I14',
      'token',
      'The activation token was issued to another account.',
      withToken(({ importer, activation }) => activation.sub !== importer),
    ),
    error(
      'I15',
      'token',
      'The activation token is for another type than that of the import.',
      withToken(
        ({ entry, activation }) =>
          activation.nats.kind !== entry.type &&
          `The activation token is for ${typeName(activation.nats.kind)}, the import is ${typeName(entry.type)}.`,
      ),
    ),
    error(
      'I16',
      'token',
      'The activation token is not right in itself (V1–V3; its time is not looked at).',
      withToken(({ activation }) => findings(ACTIVATION_RULES, activation)),
    ),
    error(
      'I17',
      'token',
      'The subject is not covered by the activation token.',
      withToken(({ entry, activation }) => {
        const subject = entry.type === 'service' && entry.to !== '' ? entry.to : entry.subject;
        return (
          !isContainedIn(subject, activation.nats.subject) &&
          `The activation token is for ${quote(activation.nats.subject)}, which does not cover ${quote(subject)}.`
        );
      }),
    ),
  ],
};

const typeName = (type: string): string => (type === '' ? 'no type' : `a ${type}`);

/** Overlaps can be as many as pairs of imports: beyond this many issues, further pairs add nothing to the verdict. */
const ENOUGH_ISSUES = 10_000;

/** Judges the imports of an account. */
export function importIssues({ sub, nats }: AccountClaims, issues: Issue[]): void {
  const services = new Map<string, SubjectTree>();
  for (const [index, entry] of nats.imports.entries()) {
    const path = `nats.imports[${index}]`;
    report(IMPORT_ENTRY_RULES, entry, path, issues);
    if (entry === null) continue;
    if (entry.type === 'service') overlapIssues(entry, services, path, issues);
    report(IMPORT_RULES, { entry, importer: sub, token: importToken(entry) }, path, issues);
  }
}

/** The subject that the importing account itself uses for a service. */
function effectiveSubject(entry: Import): string {
  return entry.to || withoutReferences(entry.local_subject) || entry.subject;
}

function overlapIssues(
  entry: Import,
  services: Map<string, SubjectTree>,
  path: string,
  issues: Issue[],
): void {
  const subject = effectiveSubject(entry);
  const earlier = services.get(entry.account) ?? new SubjectTree();
  services.set(entry.account, earlier);
  for (const other of overlapping(earlier, subject)) {
    report(IMPORT_OVERLAP_RULES, { subject, earlier: other }, path, issues);
    if (issues.length > ENOUGH_ISSUES) break;
  }
  earlier.add(subject);
}

/** Every earlier subject that contains this one or is contained in it; each once. */
function* overlapping(earlier: SubjectTree, subject: string): Generator<string> {
  const seen = new Set<string>();
  for (const other of earlier.containing(subject)) {
    seen.add(other);
    yield other;
  }
  for (const other of earlier.containedIn(subject)) {
    if (!seen.has(other)) yield other;
  }
}
