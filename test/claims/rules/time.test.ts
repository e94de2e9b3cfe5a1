import { expect, test } from 'vitest';
import { timeIssues, validate } from '../../../src/claims/validate.js';
import { accountJwt, activationJwt, judge, keyOf, NOW, operatorJwt, read, USER, userJwt } from '../judged.js';

const rulesAt = (exp: number | bigint, nbf: number | bigint, now = NOW): string[] =>
  timeIssues({ exp, nbf }, now).map(({ rule, severity }) => `${rule} ${severity}`);

test.each([
  ['a second after exp', NOW - 1, 0, ['C1 time']],
  ['in the second of exp', NOW, 0, []],
  ['before exp', NOW + 1, 0, []],
  ['exp 0: never', 0, 0, []],
  ['exp below 0: never', -5, 0, []],
  ['exp beyond what a number holds', 2n ** 62n, 0, []],
  ['a second before nbf', 0, NOW + 1, ['C2 time']],
  ['in the second of nbf', 0, NOW, []],
  ['after nbf', 0, NOW - 1, []],
  ['nbf below 0: at once', 0, -5, []],
  ['nbf beyond what a number holds', 0, 2n ** 62n, ['C2 time']],
  ['expired before it ever was valid', 1, NOW + 1, ['C1 time', 'C2 time']],
])('C1, C2: %s', (_, exp, nbf, expected) => {
  expect(rulesAt(exp, nbf)).toEqual(expected);
});

test('the sentence names the second', () => {
  const issues = timeIssues({ exp: 1_000_000_000, nbf: 2n ** 62n }, NOW);
  expect(issues.map(({ description }) => description)).toEqual([
    'The token expired 2001-09-09T01:46:40Z.',
    'The token is not valid until second 4611686018427387904.',
  ]);
});

test('every kind of token is judged by its time', () => {
  const time = { exp: 1, nbf: NOW + 10 };
  const tokens = [accountJwt({}, time), operatorJwt({}, time), userJwt({}, time), activationJwt({}, time)];
  for (const token of tokens) expect(judge(token)).toEqual(['C1 exp', 'C2 nbf']);
});

test('time depends on the argument, not on a clock', () => {
  const { claims } = read(userJwt({}, { exp: 50, sub: keyOf(USER) }));
  expect(validate(claims, 50)).toEqual([]);
  expect(validate(claims, 51).map(({ rule }) => rule)).toEqual(['C1']);
});
