import type { Issue } from '../issues.js';
import { subjectFindings } from '../subjects.js';
import type { Permission, Permissions } from '../types.js';
import { quote } from './quote.js';
import { error, type Finding, type RuleTable, report } from './rule.js';

/** One entry of a list of allowed or denied subjects. */
interface PermissionPart {
  readonly entry: string;
  /** Whether `subject queue` is possible: to subscribe, not to publish. */
  readonly mayNameQueue: boolean;
}

/** P1, P2: default permissions of an account, permissions of a user (jwt v2/types.go checkPermission). */
export const PERMISSION_RULES: RuleTable<PermissionPart> = {
  title: 'Permissions',
  where: 'nats.default_permissions.{sub,pub}.{allow,deny}[]',
  rules: [
    error('P1', '', 'The entry is not a subject (S1–S4), or a subject and a queue.', ({ entry }) =>
      entryFindings(entry.split(' ')),
    ),
    error(
      'P2',
      '',
      'The entry names a queue, which publishers do not have.',
      ({ entry, mayNameQueue }) =>
        !mayNameQueue &&
        entry.split(' ').length === 2 &&
        `The entry ${quote(entry)} names a queue, which publishers do not have.`,
    ),
  ],
};

function entryFindings(words: readonly string[]): readonly Finding[] {
  return words.length > 2
    ? [`The entry ${quote(words.join(' '))} has too many spaces.`]
    : words.flatMap(subjectFindings);
}

/** Judges the permissions at `path`, in Go's order: subscribing first, allowed before denied. */
export function permissionIssues(permissions: Permissions, path: string, issues: Issue[]): void {
  listIssues(permissions.sub, true, `${path}.sub`, issues);
  listIssues(permissions.pub, false, `${path}.pub`, issues);
}

function listIssues(permission: Permission, mayNameQueue: boolean, path: string, issues: Issue[]): void {
  for (const list of ['allow', 'deny'] as const) {
    for (const [index, entry] of permission[list].entries()) {
      report(PERMISSION_RULES, { entry, mayNameQueue }, `${path}.${list}[${index}]`, issues);
    }
  }
}
