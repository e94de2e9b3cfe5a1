/** The tokens of JSON, as bytes: where each ends. A result below 0 is the complement of the offset at fault. */

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
  e: 0x65,
  u: 0x75,
  openObject: 0x7b,
} as const;

/** What was seen of a string; `name` is for whoever knows that it is one. */
export const StringFlag = { escaped: 1, beyondAscii: 2, name: 4 } as const;
/** Flags stand in the lowest bits, beside an offset. */
export const FLAG_BITS = 3;
/** Takes the flags out. */
export const FLAG_MASK = (1 << FLAG_BITS) - 1;

const flags = (characters: string): Uint8Array => {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
};

const SPACE = flags(' \t\r\n');
const DIGIT = flags('0123456789');
const HEX = flags('0123456789abcdefABCDEF');
const ESCAPED = flags('"\\/bfnrtu');

const PLAIN = 1 << FLAG_BITS;
/** Bytes that a string goes on with: all but control characters, the quote and the backslash. */
const IN_STRING = new Uint8Array(256).map((_, byte) => {
  if (byte < 0x20 || byte === Byte.quote || byte === Byte.backslash) return 0;
  return byte < 0x80 ? PLAIN : PLAIN | StringFlag.beyondAscii;
});

const LITERALS: ReadonlyMap<number | undefined, Buffer> = new Map(
  ['true', 'false', 'null'].map((literal) => [literal.charCodeAt(0), Buffer.from(literal)]),
);

/** Whether the byte is a digit. */
export const isDigit = (byte: number): boolean => DIGIT[byte] === 1;

/** The offset of the first byte from `at` on that is no white space. */
export function skipSpace(bytes: Buffer, at: number): number {
  let end = at;
  while (SPACE[bytes[end] ?? 0] === 1) end++;
  return end;
}

/**
 * Where a string ends.
 * @param at behind the opening quote
 * @returns the offset of the closing quote, shifted left by FLAG_BITS, with flags
 */
export function endOfString(bytes: Buffer, at: number): number {
  let end = at;
  let seen = 0;
  for (;;) {
    for (let flag = IN_STRING[bytes[end] ?? 0] ?? 0; flag !== 0; flag = IN_STRING[bytes[end] ?? 0] ?? 0) {
      seen |= flag;
      end++;
    }
    if (bytes[end] === Byte.quote) return (end << FLAG_BITS) | (seen & FLAG_MASK);
    if (bytes[end] !== Byte.backslash) return ~end;
    end = endOfEscape(bytes, end + 1);
    if (end < 0) return end;
    seen |= StringFlag.escaped;
  }
}

function endOfEscape(bytes: Buffer, at: number): number {
  const letter = bytes[at] ?? 0;
  if (ESCAPED[letter] !== 1) return ~at;
  if (letter !== Byte.u) return at + 1;
  for (let digit = at + 1; digit < at + 5; digit++) if (HEX[bytes[digit] ?? 0] !== 1) return ~digit;
  return at + 5;
}

/** Where a number or literal ends: the offset of the first byte behind it. */
export function endOfScalar(bytes: Buffer, at: number): number {
  const literal = LITERALS.get(bytes[at]);
  if (literal === undefined) return endOfNumber(bytes, at);
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return ~(at + i);
  return at + literal.length;
}

function endOfNumber(bytes: Buffer, at: number): number {
  const start = bytes[at] === Byte.minus ? at + 1 : at;
  let end = bytes[start] === Byte.zero ? start + 1 : endOfDigits(bytes, start);
  if (end > 0 && bytes[end] === Byte.dot) end = endOfDigits(bytes, end + 1);
  // Bit 5 makes a lower-case letter of an upper-case one.
  if (end < 0 || ((bytes[end] ?? 0) | 0x20) !== Byte.e) return end;
  const sign = bytes[end + 1] === Byte.plus || bytes[end + 1] === Byte.minus ? 1 : 0;
  return endOfDigits(bytes, end + 1 + sign);
}

/** One digit at least. */
function endOfDigits(bytes: Buffer, at: number): number {
  let end = at;
  while (DIGIT[bytes[end] ?? 0] === 1) end++;
  return end > at ? end : ~at;
}
