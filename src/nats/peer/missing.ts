import type { SubjectRules, UserInfo } from '../system/user-info.js';
import type { PeerService } from './services.js';

/** What a user may do; undefined: everything. */
export type UserPermissions = UserInfo['permissions'];

/** What has to be allowed (or must no longer be denied) so that services can be given. */
export interface Missing {
  readonly subscribe: readonly string[];
  /** Where answers go. The right to respond, without a limit, serves as well. */
  readonly publish: readonly string[];
}

/** Nothing is missing. */
export const NOTHING_MISSING: Missing = { subscribe: [], publish: [] };

/** What a user lacks for one service. */
export function missingFor(service: PeerService, permissions: UserPermissions): Missing {
  if (permissions === undefined) return NOTHING_MISSING;
  const { subject, queue, replies } = service;
  const { subscribe } = permissions;
  return {
    subscribe: isAllowed(subject, subscribe, queue) ? [] : [subject],
    publish: replies.filter((inbox) => !mayReply(service, inbox, permissions)),
  };
}

/** What is missing here and there, each once. */
export function together(all: readonly Missing[]): Missing {
  return {
    subscribe: [...new Set(all.flatMap(({ subscribe }) => subscribe))],
    publish: [...new Set(all.flatMap(({ publish }) => publish))],
  };
}

/** Whether nothing is missing. */
export const isComplete = ({ subscribe, publish }: Missing): boolean =>
  subscribe.length + publish.length === 0;

/**
 * The right to respond holds even where a list denies, and takes away the right to publish all else unless a list gives
 * it back (nats-server server/client.go pubAllowedFullCheck, server/auth.go validateResponsePermissions).
 */
function mayReply(
  { manyReplies }: PeerService,
  inbox: string,
  { publish, responses }: NonNullable<UserPermissions>,
): boolean {
  if (responses === undefined) return isAllowed(inbox, publish);
  if (responses.max < 0 || !manyReplies) return true;
  return publish.allow.length > 0 && isAllowed(inbox, publish);
}

/** An empty list allows all. A denial of only a part of the pattern does not count (server/client.go canSubscribe). */
function isAllowed(pattern: string, { allow, deny }: SubjectRules, queue?: string): boolean {
  const holdsFor = (entry: string): boolean => {
    const [subject = '', entryQueue] = entry.split(' ');
    return covers(subject, pattern) && (entryQueue === undefined || entryQueue === queue);
  };
  return (allow.length === 0 || allow.some(holdsFor)) && !deny.some(holdsFor);
}

/** Whether every subject that matches `pattern` matches `wider` as well. */
export function covers(wider: string, pattern: string): boolean {
  const [theirs, mine] = [wider.split('.'), pattern.split('.')];
  for (const [at, token] of theirs.entries()) {
    const own = mine[at];
    if (own === undefined) return false;
    if (token === '>') return true;
    if (token === '*' ? own === '>' : own !== token) return false;
  }
  return mine.length === theirs.length;
}
