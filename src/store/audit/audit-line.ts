import { createHash } from 'node:crypto';
import type { AuditEntry } from '../../accounts/audit.js';

/** What stands in the place of a hash in the first line of all. */
export const NO_LINE = '';

/** The hash by which the next line names this one: SHA-256, base64url. Without the line end. */
export function hashOfLine(line: string): string {
  return createHash('sha256').update(line).digest('base64url');
}

/**
 * A decision as a line of JSON, without its end. Members that say nothing are left out; `prev`, the hash of the line
 * before, is the last.
 */
export function auditLine(entry: AuditEntry, time: Date, prev: string): string {
  const { origin, old, new: token, ...rest } = entry;
  return JSON.stringify({
    time: time.toISOString(),
    account: rest.account,
    name: rest.name,
    ...originMembers(origin),
    old,
    new: token,
    outcome: rest.outcome,
    rule: rest.rule,
    repeated: rest.repeated,
    prev,
  });
}

/** The line that tells of lines which could not be written. */
export function gapLine(lost: number, time: Date, prev: string): string {
  return JSON.stringify({ time: time.toISOString(), outcome: 'gap', lost, prev });
}

function originMembers(origin: AuditEntry['origin']): object {
  switch (origin.kind) {
    case 'push':
      return { origin: 'push', from: origin.remoteAddress, pusher: origin.pusher };
    case 'directory':
      return { origin: 'directory', file: origin.slot === '' ? undefined : origin.slot };
    case 'update':
      return { origin: 'update', by: origin.sentToServers ? 'account server' : undefined };
  }
}

/** A line as it is read again: what it says, and which line it names as the one before. */
export interface AuditRecord {
  readonly time: string;
  readonly account: string | undefined;
  readonly prev: string;
  /** Everything that the line says. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** Reads a line; undefined when it is none. */
export function readAuditLine(line: string): AuditRecord | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const members: Record<string, unknown> = { ...parsed };
    const { time, prev, account } = members;
    if (typeof time !== 'string' || typeof prev !== 'string') return undefined;
    return { time, prev, account: typeof account === 'string' ? account : undefined, members };
  } catch {
    return undefined;
  }
}
