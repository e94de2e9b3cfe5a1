/**
 * Public nkeys: parsing under the strict rule (H1, H2), so that a typed key is always safe in a path or a subject.
 * Source: nats-io/nkeys strkey.go and crc16.go.
 */

/** What a public key stands for; its first letter tells. */
export type KeyKind = 'operator' | 'account' | 'user' | 'server' | 'cluster' | 'curve';

declare const kindOfKey: unique symbol;
/** A key text that has passed {@link parsePublicKey}; nothing else makes one. */
export type PublicKey<K extends KeyKind = KeyKind> = string & { readonly [kindOfKey]: K };
/** The public key of an operator, or one of its signing keys. */
export type OperatorKey = PublicKey<'operator'>;
/** The public key of an account, or one of its signing keys. */
export type AccountKey = PublicKey<'account'>;
/** The public key of a user. */
export type UserKey = PublicKey<'user'>;

/** A public key taken apart. */
export interface ParsedKey<K extends KeyKind = KeyKind> {
  readonly kind: K;
  readonly text: PublicKey<K>;
  /** The raw 32-byte Ed25519 (or, for `curve`, X25519) key. */
  readonly bytes: Uint8Array;
}

/** The kind of a public key by its prefix byte. */
export const KIND_BY_PREFIX: ReadonlyMap<number, KeyKind> = new Map([
  [14 << 3, 'operator'],
  [0, 'account'],
  [20 << 3, 'user'],
  [13 << 3, 'server'],
  [2 << 3, 'cluster'],
  [23 << 3, 'curve'],
]);

const TEXT_LENGTH = 56;

const BASE32_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** 32 for a character that is no base32 letter; indexed by char code. */
const BASE32_VALUE = new Uint8Array(128).fill(32);
for (const [value, letter] of [...BASE32_LETTERS].entries()) {
  BASE32_VALUE[letter.charCodeAt(0)] = value;
}

const CRC_TABLE = new Uint16Array(256).map((_, index) => {
  let crc = index << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** CRC-16/XMODEM over the first `length` bytes, as nkeys appends it (little-endian). */
export function crc16(bytes: Uint8Array, length: number): number {
  let crc = 0;
  for (let i = 0; i < length; i++) {
    crc = ((crc << 8) ^ (CRC_TABLE[((crc >>> 8) ^ (bytes[i] ?? 0)) & 0xff] ?? 0)) & 0xffff;
  }
  return crc;
}

/** RFC 4648 base32, upper case and without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32_LETTERS.charAt((value >>> (bits - 5)) & 31);
  }
  return bits === 0 ? text : text + BASE32_LETTERS.charAt((value << (5 - bits)) & 31);
}

/** Decodes RFC 4648 base32, upper case and without padding; bits that fill no byte are dropped. */
export function decodeBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let value = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = BASE32_VALUE[text.charCodeAt(i)] ?? 32;
    if (digit === 32) return undefined;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (value >>> bits) & 0xff;
    }
  }
  return bytes;
}

/**
 * Takes a public key apart, or answers `undefined` when the text is not one: 56 letters of `A–Z2–7`, 35 bytes, an
 * exact prefix byte, a right CRC (rules H1 and H2; Go is laxer).
 */
export function parsePublicKey(text: string): ParsedKey | undefined {
  if (text.length !== TEXT_LENGTH) return undefined;
  const bytes = decodeBase32(text);
  if (bytes === undefined) return undefined;
  const kind = KIND_BY_PREFIX.get(bytes[0] ?? -1);
  const stored = (bytes[33] ?? 0) | ((bytes[34] ?? 0) << 8);
  if (kind === undefined || crc16(bytes, 33) !== stored) return undefined;
  // The only place where text becomes a typed key: everything above is the proof.
  return { kind, text: text as PublicKey, bytes: bytes.subarray(1, 33) };
}

/** The kind of a public key, or `undefined` when the text is not one. */
export function keyKind(text: string): KeyKind | undefined {
  return parsePublicKey(text)?.kind;
}

/** Whether the text is an account key under the strict rule of {@link parsePublicKey}. */
export function isAccountKey(text: string): text is AccountKey {
  return keyKind(text) === 'account';
}

/** Whether the text is an operator key under the strict rule. */
export function isOperatorKey(text: string): text is OperatorKey {
  return keyKind(text) === 'operator';
}

/** Whether the text is a user key under the strict rule. */
export function isUserKey(text: string): text is UserKey {
  return keyKind(text) === 'user';
}

/** Whether the text is an x25519 key under the strict rule. */
export function isCurveKey(text: string): text is PublicKey<'curve'> {
  return keyKind(text) === 'curve';
}
