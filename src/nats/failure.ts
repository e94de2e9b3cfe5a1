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

/** What nats.js says when the other side speaks something else, or hangs up at once: the same as our own look says. */
const NO_NATS_SERVER: readonly (readonly [RegExp, AwayReason])[] = [
  [/provided an undefined error/, 'no_answer'],
  [/unexpected response from server|is not valid JSON/, 'other'],
];
/** Said of an address where something listens that is no nats-server. */
export const NO_NATS_SERVER_THERE = 'no NATS server answers there';

/** Why a try to connect failed. */
export function reasonOf(error: unknown): AwayReason {
  if (error instanceof AwayError) return error.reason;
  if (error instanceof NatsOptionsError) return 'bad_options';
  if (error instanceof errors.UserAuthenticationExpiredError) return 'expired';
  if (error instanceof errors.AuthorizationError) return 'refused';
  if (error instanceof errors.TimeoutError) return 'no_answer';
  const [, unclear] = NO_NATS_SERVER.find(([words]) => words.test(textOf(error))) ?? [];
  if (unclear !== undefined) return unclear;
  const code = codeOf(error);
  if (UNREACHABLE.has(code)) return 'unreachable';
  return /TLS|SSL|CERT|SIGNED/.test(code) || /\btls\b|certificate/i.test(messageOf(error)) ? 'tls' : 'other';
}

/** What went wrong, in the words of whoever noticed if they are any help. */
export function messageOf(error: unknown): string {
  const text = textOf(error);
  return NO_NATS_SERVER.some(([words]) => words.test(text)) ? NO_NATS_SERVER_THERE : text;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The system's error code, of the error or of what caused it. */
function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}
