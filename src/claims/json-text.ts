/** The text of JSON strings, decoded as Go does (encoding/json unquote): whatever is no character becomes U+FFFD. */

import { Byte, StringFlag } from './json-token.js';

const REPLACEMENT = 0xfffd;

/**
 * Length of the well-formed UTF-8 sequence at `at`, or 0. Go replaces every byte that belongs to none; Node, like WHATWG,
 * replaces whole beginnings of sequences.
 */
function sequenceLength(bytes: Buffer, at: number, end: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return 0;
  const second = bytes[at + 1] ?? 0;
  // Overlong forms, surrogates and code points beyond U+10FFFF show in the second byte.
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}

function codePoint(bytes: Buffer, at: number, length: number): number {
  if (length === 0) return REPLACEMENT;
  // A lead byte gives up one bit more than there are bytes; each other byte holds six bits.
  let code = length === 1 ? (bytes[at] ?? 0) : (bytes[at] ?? 0) & (0x7f >> length);
  for (let i = 1; i < length; i++) code = (code << 6) | ((bytes[at + i] ?? 0) & 0x3f);
  return code;
}

const ESCAPES: ReadonlyMap<number | undefined, number> = new Map(
  ['b\b', 'f\f', 'n\n', 'r\r', 't\t'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]),
);

const hexDigit = (byte: number): number => (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);

/** The UTF-16 unit that the escape at a backslash stands for. */
function escapedUnit(bytes: Buffer, at: number): number {
  const letter = bytes[at + 1] ?? 0;
  if (letter !== Byte.u) return ESCAPES.get(letter) ?? letter;
  let unit = 0;
  for (let i = at + 2; i < at + 6; i++) unit = (unit << 4) | hexDigit(bytes[i] ?? 0);
  return unit;
}

/** Units on their way into a string; a call of String.fromCharCode takes only so many. */
const CHUNK = 1024;
const units = new Uint16Array(CHUNK);
const chunkText = (length: number): string => String.fromCharCode(...units.subarray(0, length));

/** Decodes text with escapes or broken UTF-8, character by character. */
function decodeSlowly(bytes: Buffer, start: number, end: number): string {
  let text = '';
  let length = 0;
  for (let at = start; at < end; ) {
    if (length > CHUNK - 2) {
      text += chunkText(length);
      length = 0;
    }
    if (bytes[at] === Byte.backslash) {
      units[length++] = escapedUnit(bytes, at);
      at += bytes[at + 1] === Byte.u ? 6 : 2;
      continue;
    }
    const size = sequenceLength(bytes, at, end);
    const code = codePoint(bytes, at, size);
    if (code > 0xffff) units[length++] = 0xd7c0 + (code >> 10);
    units[length++] = code > 0xffff ? 0xdc00 | (code & 0x3ff) : code;
    at += size || 1;
  }
  return text + chunkText(length);
}

const SURROGATE = /[\ud800-\udfff]/;

function decodeEscapes(bytes: Buffer, start: number, end: number): string {
  const text = decodeSlowly(bytes, start, end);
  // Through UTF-8 and back: surrogates without a partner become U+FFFD.
  return SURROGATE.test(text) ? Buffer.from(text).toString() : text;
}

function decodeUtf8(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\ufffd') ? decodeSlowly(bytes, start, end) : text;
}

/** Short strings are faster put together here than by a call into native code. */
const SHORT = 12;

function decodeAscii(bytes: Buffer, start: number, end: number): string {
  if (end - start > SHORT) return bytes.toString('latin1', start, end);
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/**
 * Decodes the inside of a JSON string known to be sound; `start` and `end` are those of the text within the quotes.
 * @param flags what was seen of it, see {@link StringFlag}
 */
export function decodeStringText(bytes: Buffer, start: number, end: number, flags: number): string {
  if ((flags & StringFlag.escaped) !== 0) return decodeEscapes(bytes, start, end);
  return (flags & StringFlag.beyondAscii) !== 0
    ? decodeUtf8(bytes, start, end)
    : decodeAscii(bytes, start, end);
}
