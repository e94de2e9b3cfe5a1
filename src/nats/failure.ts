import { errors } from '@nats-io/transport-node';
import { NatsOptionsError } from './addresses.js';
import type { AwayReason } from './ports.js';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNRESET',
]);

/** A failure whose reason is known. */
export class AwayError extends Error {
  override readonly name = 'AwayError';

  constructor(
    readonly reason: AwayReason,
    message: string,
  ) {
    super(message);
  }
}

/** Why a try to connect failed. */
export function reasonOf(error: unknown): AwayReason {
  if (error instanceof AwayError) return error.reason;
  if (error instanceof NatsOptionsError) return 'bad_options';
  if (error instanceof errors.UserAuthenticationExpiredError) return 'expired';
  if (error instanceof errors.AuthorizationError) return 'refused';
  if (error instanceof errors.TimeoutError) return 'no_answer';
  const code = codeOf(error);
  if (UNREACHABLE.has(code)) return 'unreachable';
  return /TLS|SSL|CERT|SIGNED/.test(code) || /\btls\b|certificate/i.test(messageOf(error)) ? 'tls' : 'other';
}

/** What went wrong, in the words of whoever noticed. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The system's error code, of the error or of what caused it. */
function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}
