import type { Int64 } from './types.js';

const INTEGER = /^[+-]?[0-9]+$/;
const SIGN_AND_ZEROS = /^[+-]?0*/;
const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);
/** Digits of the greatest 64-bit integer: anything longer is out of range without being computed. */
const MAX_DIGITS = 19;
/** Up to here a `number` is exact. */
const SAFE_DIGITS = 15;

/**
 * Reads a decimal integer as Go's strconv.Atoi does: an optional sign, digits, within 64 bits; `undefined` otherwise.
 */
export function parseGoInteger(text: string): Int64 | undefined {
  if (!INTEGER.test(text)) return undefined;
  const digits = text.replace(SIGN_AND_ZEROS, '');
  const negative = text.startsWith('-');
  if (digits.length <= SAFE_DIGITS) return negative ? -Number(digits) : Number(digits);
  if (digits.length > MAX_DIGITS) return undefined;
  const value = negative ? -BigInt(digits) : BigInt(digits);
  return value > MAX || value < MIN ? undefined : value;
}
