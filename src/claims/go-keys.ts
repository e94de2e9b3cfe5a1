import { crc16, type KeyKind, keyKind } from './keys.js';

const PREFIX: Readonly<Record<KeyKind, number>> = {
  operator: 14 << 3,
  account: 0,
  user: 20 << 3,
  server: 13 << 3,
  cluster: 2 << 3,
  curve: 23 << 3,
};
/** Go looks at these bits of the prefix byte alone. */
const KIND_BITS = 0xf8;
const LINE_BREAKS = /[\r\n]/g;
const BASE32 = /^[A-Z2-7]*$/;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** A last group of so many letters decodes to nothing in Go: these letters are dropped. */
const DROPPED_GROUPS: ReadonlySet<number> = new Set([1, 3, 6]);

/**
 * Whether Go takes the text for a public key of the kind (nkeys IsValidPublicAccountKey and its like). That is laxer
 * than `keyKind`: any length, line breaks anywhere, dropped letters, odd bits in the prefix byte. Rules that must
 * agree with Go ask this; H1 and H2 then refuse what only this function takes.
 */
export function goTakesKey(text: string, kind: KeyKind): boolean {
  return keyKind(text) === kind || decodedKind(text) === PREFIX[kind];
}

/** Whether Go takes a text of odd bits for a key: the bits of the prefix byte that name no kind (H2). */
export function hasOddPrefix(text: string): boolean {
  const first = decode(text)?.[0] ?? 0;
  return (first & KIND_BITS) !== first;
}

function decodedKind(text: string): number | undefined {
  const bytes = decode(text);
  if (bytes === undefined || bytes.length < 4) return undefined;
  const body = bytes.length - 2;
  const stored = (bytes[body] ?? 0) | ((bytes[body + 1] ?? 0) << 8);
  return crc16(bytes, body) === stored ? (bytes[0] ?? 0) & KIND_BITS : undefined;
}

/** Base32 as Go's encoding/base32 reads it without padding. */
function decode(text: string): Uint8Array | undefined {
  const letters = text.replace(LINE_BREAKS, '');
  if (!BASE32.test(letters)) return undefined;
  const last = letters.length % 8;
  const used = DROPPED_GROUPS.has(last) ? letters.length - last : letters.length;
  const bytes = new Uint8Array(Math.floor((used * 5) / 8));
  let value = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < used; i++) {
    value = ((value << 5) | ALPHABET.indexOf(letters.charAt(i))) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (value >>> bits) & 0xff;
    }
  }
  return bytes;
}
