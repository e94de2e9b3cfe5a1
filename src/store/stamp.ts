import type { Stats } from 'node:fs';

/**
 * Inode, size and both times of a file folded into 53 bits: a directory of 100,000 accounts keeps one number each
 * instead of four. Equal stamps mean that the file was not touched, but see {@link isFresh}.
 */
export type Stamp = number;

/** File times tick slowly (10 ms on older kernels), so two writes can share them. */
const FRESH_MS = 100;

const facts = new Float64Array(4);
const words = new Uint32Array(facts.buffer);

/** Folds what `stat` says of a file. */
export function stampOf(stats: Stats): Stamp {
  facts[0] = stats.ino;
  facts[1] = stats.size;
  facts[2] = stats.mtimeMs;
  facts[3] = stats.ctimeMs;
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (const word of words) {
    low = Math.imul(low ^ word, 0x01000193);
    high = Math.imul(high ^ word, 0x85ebca6b);
    high ^= high >>> 13;
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/**
 * Whether the file had changed so recently when it was read that another change may leave the same stamp: it must be read
 * again.
 * @param beforeMs a time before its bytes were read; now, if that has just been done
 */
export function isFresh(stats: Stats, beforeMs = Date.now()): boolean {
  return beforeMs - stats.ctimeMs < FRESH_MS;
}
