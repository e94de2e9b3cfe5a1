import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEDGER_HEADING, ledgerLine, readLedger } from '../../../src/store/state/ledger-line.js';

const key = fc.stringMatching(/^[A-Z0-9]{1,56}$/);
const value = fc.stringMatching(/^[ -~]{0,60}$/);
const entries = fc.array(fc.tuple(key, value), { maxLength: 20 });

const textOf = (all: readonly (readonly [string, string])[]): string =>
  LEDGER_HEADING + all.map(([k, v]) => ledgerLine(k, v)).join('');

test('what is written is read, the last value of each key', () => {
  fc.assert(
    fc.property(entries, (all) => {
      expect(readLedger(textOf(all))).toEqual({ entries: new Map(all), damaged: 0, whole: true });
    }),
  );
});

test('of a file that was cut off everything before the cut is read', () => {
  fc.assert(
    fc.property(entries, fc.nat(), (all, cut) => {
      const text = textOf(all);
      const kept = text.slice(0, cut % (text.length + 1));
      const complete = kept.split('\n').length - 2;
      const read = readLedger(kept);
      expect(read.entries).toEqual(new Map(all.slice(0, Math.max(0, complete))));
      expect(read.whole).toBe(kept.startsWith(LEDGER_HEADING) && kept.endsWith('\n'));
    }),
  );
});

test('a damaged character costs its line and no other, and is never read as something else', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(key, value), { minLength: 1, selector: ([k]) => k }),
      fc.nat(),
      (all, n) => {
        const text = textOf(all);
        const at = LEDGER_HEADING.length + (n % (text.length - LEDGER_HEADING.length - 1));
        const damaged = `${text.slice(0, at)}\x7f${text.slice(at + 1)}`;
        const read = readLedger(damaged);
        expect(read.damaged).toBeGreaterThan(0);
        expect(read.whole).toBe(false);
        expect(read.entries.size).toBeGreaterThanOrEqual(all.length - 2);
        for (const [k, v] of read.entries) expect(new Map(all).get(k)).toBe(v);
      },
    ),
  );
});

test.each([
  ['an empty file', '', { damaged: 0, whole: false }],
  ['another format', 'something else\n', { damaged: 2, whole: false }],
  ['binary content', '\x00\xff\n\n', { damaged: 3, whole: false }],
])('%s holds nothing, and nothing can be added to it', (_, text, expected) => {
  expect(readLedger(text)).toEqual({ entries: new Map(), ...expected });
});
