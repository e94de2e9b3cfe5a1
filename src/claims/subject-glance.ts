import { isAscii } from 'node:buffer';

/** A claim of this name with a text for a value, however Go would let it be written. */
const SUBJECTS = /"sub"\s*:\s*"/gi;
const PLAIN_SUBJECT = /"sub":"(?=A[A-Z2-7]{55}")/;
const KEY_LETTERS = 56;
/** Begins what JSON reads as another letter. */
const ESCAPE = '\\';
/** An Ed25519 signature in base64url. */
const SIGNATURE_LETTERS = 86;

/**
 * The account that a token is about, seen without decoding it (1.3 µs instead of 95): only when the payload is plain
 * ASCII without escapes and has one subject claim, so that decoding cannot come to another one. Nothing is verified by
 * it, and what it answers is good for finding a token again, not for trusting it.
 * @param text a token that may be anything
 * @returns 56 letters that look like an account key; `undefined` when it cannot be told at a glance, or when the token is
 * cut off
 */
export function glanceSubject(text: string): string | undefined {
  const start = text.indexOf('.') + 1;
  const end = text.indexOf('.', start);
  if (start === 0 || end < 0 || text.length - end - 1 < SIGNATURE_LETTERS) return undefined;
  const bytes = Buffer.from(text.slice(start, end), 'base64url');
  // Go takes some letters beyond ASCII for others.
  if (!isAscii(bytes)) return undefined;
  const payload = bytes.toString('latin1');
  if (payload.includes(ESCAPE) || payload.match(SUBJECTS)?.length !== 1) return undefined;
  const found = PLAIN_SUBJECT.exec(payload);
  if (found === null) return undefined;
  const at = found.index + found[0].length;
  // Of the bytes, since a part of the payload's text would keep all of that in memory.
  return bytes.toString('latin1', at, at + KEY_LETTERS);
}
