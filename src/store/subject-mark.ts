import { glance, SIGNATURE_LETTERS } from './token-glance.js';

/** So much of a payload, in base64url, holds all that nsc writes before the subject: `jti`, `iat`, `iss`, `name`. */
const HEAD_LETTERS = 640;
const DOT = 0x2e;
const SUBJECT = '"sub":"';
/** Letters of a key that tell it from any other: the first two are alike in many, and the last ones are a checksum. */
const [FROM, TO] = [2, 12];

const head = Buffer.alloc(HEAD_LETTERS);

/** Ten letters of an account's key: as good as the key to find its tokens by, and not good enough to trust them. */
export function markOfKey(accountKey: string): number {
  // All letters of base32 are digits of base 36, none of them 0. What holds others is no key.
  return Number.parseInt(accountKey.slice(FROM, TO), 36) || 0;
}

/**
 * The {@link markOfKey} of the account that a token is about, seen in its first bytes where nsc puts it: a start reads
 * 100,000 tokens, and to decode one takes ten times as long. 0 when it cannot be told, or when the token is cut off.
 */
export function markOfSubject(bytes: Buffer): number {
  const begin = bytes.indexOf(DOT) + 1;
  const end = bytes.lastIndexOf(DOT);
  if (end <= begin || bytes.length - end - 1 < SIGNATURE_LETTERS) return 0;
  const length = head.write(
    bytes.toString('latin1', begin, Math.min(end, begin + HEAD_LETTERS)),
    'base64url',
  );
  const claims = head.toString('latin1', 0, length);
  const at = claims.indexOf(SUBJECT);
  // Behind another brace it may be somebody else's.
  if (at < 0 || claims.lastIndexOf('{', at) !== 0) return markOfGlance(bytes);
  return markOfKey(claims.slice(at + SUBJECT.length, at + SUBJECT.length + TO));
}

function markOfGlance(bytes: Buffer): number {
  const subject = glance(bytes)?.subject;
  return subject === undefined ? 0 : markOfKey(subject);
}
