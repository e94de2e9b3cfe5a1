/**
 * Texts of keys and seeds, decoded under the laxer rules of Go (nats-io/nkeys strkey.go) for where its verdict decides:
 * line ends are passed over, letters too many may be dropped. Whoever goes on to use a key in a path or a subject calls
 * {@link parsePublicKey} instead.
 */

import { withoutLineEnds } from './base64url.js';
import { crc16, decodeBase32, type KeyKind, KIND_BY_PREFIX } from './keys.js';

const CRC_BYTES = 2;
const SHORTEST = 4;
const KEY_BYTES = 32;

/** Bytes that the letters of a last, incomplete group of eight stand for; Go drops groups of 1, 3 and 6. */
const BYTES_OF_REST: readonly number[] = [0, 0, 1, 0, 2, 3, 0, 4];

/** Takes prefix and payload out of a text; `undefined` when letters or checksum are wrong. */
export function decodeNkey(text: string): Uint8Array | undefined {
  const letters = withoutLineEnds(text);
  const decoded = decodeBase32(letters);
  if (decoded === undefined) return undefined;
  const length = Math.floor(letters.length / 8) * 5 + (BYTES_OF_REST[letters.length % 8] ?? 0);
  if (length < SHORTEST) return undefined;
  const payload = decoded.subarray(0, length - CRC_BYTES);
  const [low = 0, high = 0] = decoded.subarray(length - CRC_BYTES, length);
  return crc16(payload, payload.length) === (low | (high << 8)) ? payload : undefined;
}

/** Go's IsValidPublic…Key: neither the length nor the low bits of the prefix count. */
export function goAcceptsKey(text: string, kind: KeyKind): boolean {
  const bytes = decodeNkey(text);
  return bytes !== undefined && KIND_BY_PREFIX.get((bytes[0] ?? 0) & 0xf8) === kind;
}

/** Go's FromPublicKey: a key of any public kind; the prefix is exact, the length is that of a key. */
export function goPublicKey(
  text: string,
): { readonly kind: KeyKind; readonly bytes: Uint8Array } | undefined {
  const bytes = decodeNkey(text);
  const kind = KIND_BY_PREFIX.get(bytes?.[0] ?? -1);
  if (bytes === undefined || kind === undefined || bytes.length !== 1 + KEY_BYTES) return undefined;
  return { kind, bytes: bytes.subarray(1) };
}

const SEED_PREFIX = 18 << 3;

/** Go's DecodeSeed: the kind of key that a seed makes, or `undefined` when the text is no seed. */
export function seedKind(text: string): KeyKind | undefined {
  const bytes = decodeNkey(text);
  if (bytes?.length !== 2 + KEY_BYTES) return undefined;
  const [first = 0, second = 0] = bytes;
  if ((first & 0xf8) !== SEED_PREFIX) return undefined;
  return KIND_BY_PREFIX.get(((first & 7) << 5) | (second >> 3));
}
