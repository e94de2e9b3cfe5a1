import { expect, test } from 'vitest';
import { isRevoked } from '../../src/claims/revocation.js';
import type { Int64 } from '../../src/claims/types.js';

test.each<[string, Record<string, Int64>, Int64, boolean]>([
  ['nobody is', {}, 100, false],
  ['another is', { other: 200 }, 100, false],
  ['the key, later', { key: 101 }, 100, true],
  ['the key, in the same second', { key: 100 }, 100, true],
  ['the key, before it was issued', { key: 99 }, 100, false],
  ['everybody, later', { '*': 100 }, 100, true],
  ['everybody, before it was issued', { '*': 99, key: 5 }, 100, false],
  ['everybody before, the key later', { '*': 99, key: 100 }, 100, true],
  ['beyond what a number holds', { key: 2n ** 62n }, 2n ** 62n, true],
  ['just before that', { key: 2n ** 62n - 1n }, 2n ** 62n, false],
  ['no time of issue', {}, 0, true],
  ['a negative one', { key: -5 }, -5, true],
])('%s', (_, revocations, issuedAt, expected) => {
  expect(isRevoked(new Map(Object.entries(revocations)), 'key', issuedAt)).toBe(expected);
});

test('no key', () => {
  expect(isRevoked(new Map(), '', 100)).toBe(true);
});
