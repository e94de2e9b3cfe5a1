/** The text of JSON strings, decoded as Go does (encoding/json unquote): whatever is no character becomes U+FFFD. */

/** Byte values of the characters that give JSON its structure. */
export const Byte = {
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  e: 0x65,
  u: 0x75,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** What the scanner has seen of a string. */
export const StringFlag = { escaped: 1, beyondAscii: 2, name: 4 } as const;
const REPLACEMENT = Buffer.from('\ufffd');

/** Length of the well-formed UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
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

/** Go replaces every byte that belongs to no character; Node, like WHATWG, replaces whole beginnings of characters. */
function decodeBrokenUtf8(bytes: Buffer, start: number, end: number): string {
  const mended = Buffer.allocUnsafe((end - start) * REPLACEMENT.length);
  let length = 0;
  for (let at = start; at < end; ) {
    const size = sequenceLength(bytes, at, end);
    length += size === 0 ? REPLACEMENT.copy(mended, length) : bytes.copy(mended, length, at, at + size);
    at += size || 1;
  }
  return mended.toString('utf8', 0, length);
}

function decodeUtf8(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\ufffd') ? decodeBrokenUtf8(bytes, start, end) : text;
}

const ESCAPES: ReadonlyMap<number | undefined, string> = new Map([
  [0x62, '\b'],
  [0x66, '\f'],
  [0x6e, '\n'],
  [0x72, '\r'],
  [0x74, '\t'],
]);

function decodeEscapes(bytes: Buffer, start: number, end: number): string {
  let text = '';
  let from = start;
  for (let at = bytes.indexOf(Byte.backslash, start); at >= 0 && at < end; ) {
    text += decodeUtf8(bytes, from, at);
    const letter = bytes[at + 1] ?? 0;
    from = at + (letter === Byte.u ? 6 : 2);
    if (letter === Byte.u)
      text += String.fromCharCode(Number.parseInt(bytes.toString('latin1', at + 2, from), 16));
    else text += ESCAPES.get(letter) ?? String.fromCharCode(letter);
    at = bytes.indexOf(Byte.backslash, from);
  }
  // Through UTF-8 and back: surrogates without a partner become U+FFFD.
  return Buffer.from(text + decodeUtf8(bytes, from, end)).toString();
}

/** Short strings are faster put together here than by a call into native code. */
const SHORT = 12;

/**
 * Decodes the inside of a JSON string known to be sound; `start` and `end` are those of the text within the quotes.
 * @param flags what the scanner has seen of it, see {@link StringFlag}
 */
export function decodeStringText(bytes: Buffer, start: number, end: number, flags: number): string {
  if ((flags & StringFlag.escaped) !== 0) return decodeEscapes(bytes, start, end);
  if ((flags & StringFlag.beyondAscii) !== 0) return decodeUtf8(bytes, start, end);
  return end - start > SHORT ? bytes.toString('latin1', start, end) : shortText(bytes, start, end);
}

function shortText(bytes: Buffer, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
