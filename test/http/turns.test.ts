import { describe, expect, test } from 'vitest';
import { inTurns } from '../../src/http/turns.js';

/** Keeps the process busy. */
function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('work in turns', () => {
  test('lets others have theirs, and keeps the order', async () => {
    const seen: string[] = [];
    setImmediate(() => seen.push('other'));
    const results = await inTurns([1, 2, 3, 4], (item) => {
      work(1.5);
      seen.push(`item ${item}`);
      return item * 10;
    });
    expect(results).toEqual([10, 20, 30, 40]);
    expect(seen.indexOf('other')).toBeGreaterThan(0);
    expect(seen.indexOf('other')).toBeLessThan(4);
  });
});
