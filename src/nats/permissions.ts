import type { PermissionViolationError } from '@nats-io/transport-node';
import type { ConnectionMeter, Log } from './ports.js';

/** Subjects with an account or server in them, or where somebody wants an answer, as one writes them into a permission. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^\$SYS\._INBOX\..*/s, '$SYS._INBOX.>'],
  [/^_INBOX\..*/s, '_INBOX.>'],
  [/^\$SYS\.REQ\.ACCOUNT\.[^.]+\./, '$SYS.REQ.ACCOUNT.*.'],
  [/^\$SYS\.REQ\.SERVER\.(?!PING(?:\.|$))[^.]+\./, '$SYS.REQ.SERVER.*.'],
];

/** What has to be allowed so that a subject is. */
export function permissionFor(subject: string, inboxPrefix: string): string {
  if (subject.startsWith(`${inboxPrefix}.`)) return `${inboxPrefix}.>`;
  for (const [specific, general] of PATTERNS)
    if (specific.test(subject)) return subject.replace(specific, general);
  // An answer to somebody who has a place of his own for answers.
  return subject.startsWith('$') ? subject : subject.replace(/\..*/s, '.>');
}

/** Reports what the user may not do: once each, however often it is tried. */
export class Permissions {
  readonly #reported = new Set<string>();

  constructor(
    private readonly inboxPrefix: () => string,
    private readonly meter: ConnectionMeter,
    private readonly log: Log,
  ) {}

  /** The user may have other permissions from now on. */
  forget(): void {
    this.#reported.clear();
  }

  violated({ operation, subject }: PermissionViolationError): void {
    this.meter.permissionDenied();
    const missing = permissionFor(subject, this.inboxPrefix());
    const key = `${operation} ${missing}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    const verb = operation === 'publish' ? 'publish to' : 'subscribe to';
    this.log.warn({ operation, missing }, `the NATS user may not ${verb} ${missing}`);
  }
}
