import { createHash } from 'node:crypto';
import type { TrustedAccount } from '../claims/jwt.js';
import type { Origin } from './ports.js';

/** A token as the audit names it. */
export interface AuditedToken {
  readonly iat: number;
  /** SHA-256 of the whole text, base64url: the entity tag that HTTP gives, without its quotes. */
  readonly hash: string;
}

/** What was decided, and what that means; `docs/audit.md` lists them. */
export const AUDIT_OUTCOMES = {
  created: 'an account came into force',
  replaced: 'another token of an account came into force',
  unchanged: 'the token was in force already',
  refused: 'the token was refused',
  deleted: 'an account was deleted as a key of the operator asked',
  withdrawn: 'an account is no longer served',
  failed: 'what was decided just before could not be done',
} as const;

/** One of {@link AUDIT_OUTCOMES}. */
export type AuditOutcome = keyof typeof AUDIT_OUTCOMES;

/** One decision, as it is kept. */
export interface AuditEntry {
  /** The account's key; undefined when the text was none of a trusted account. */
  readonly account: string | undefined;
  readonly name: string | undefined;
  readonly origin: Origin;
  readonly old: AuditedToken | undefined;
  readonly new: AuditedToken | undefined;
  readonly outcome: AuditOutcome;
  /** Why, when it was not simply accepted: the code of a refusal, `rollback`, or a sentence. */
  readonly rule: string | undefined;
  /** So often more the same was decided since it was last noted. */
  readonly repeated?: number;
}

/** Where decisions are kept for good. */
export interface AuditTrail {
  /** What is wrong now, a sentence; undefined when all is well. */
  readonly problem: string | undefined;
  /** Keeps a decision; it is written soon. */
  note(entry: AuditEntry): void;
  /**
   * Resolves when everything noted so far is on the disk.
   * @throws AccountsError `audit.unavailable`; what was noted is lost then, which the trail itself will tell
   */
  durable(): Promise<void>;
  /** Writes what was noted and ends. Never rejects. */
  close(): Promise<void>;
}

/** A token as the audit names it. */
export function audited({ issuedAtSeconds, text }: TrustedAccount): AuditedToken {
  return { iat: issuedAtSeconds, hash: createHash('sha256').update(text, 'latin1').digest('base64url') };
}
