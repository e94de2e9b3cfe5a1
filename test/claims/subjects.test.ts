import { describe, expect, test } from 'vitest';
import {
  hasWildcards,
  isContainedIn,
  localSubjectFindings,
  subjectFindings,
  withoutReferences,
} from '../../src/claims/subjects.js';

const idsOf = (subject: string): string[] =>
  subjectFindings(subject).map((finding) => (typeof finding === 'string' ? finding : finding.source));

test.each([
  ['a.b', []],
  ['', ['S1']],
  [' ', ['S2']],
  ['a b', ['S2']],
  ['.', ['S3']],
  ['.a', ['S3']],
  ['a.', ['S3']],
  ['a..b', ['S4']],
  ['..', ['S3', 'S4']],
  ['. ..', ['S2', 'S3', 'S4']],
  ['a\tb\n', []],
  ['a.>.b', []],
  ['foo*', []],
  ['$SYS.>', []],
  ['\u00a0', []],
])('S1–S4: %j', (subject, expected) => {
  expect(idsOf(subject)).toEqual(expected);
});

test.each([
  ['*', true],
  ['>', true],
  ['*.a', true],
  ['a.*', true],
  ['a.*.b', true],
  ['a.>', true],
  ['foo*', false],
  ['a.>.b', false],
  ['>.a', false],
  ['a.*b', false],
  ['', false],
])('wildcards: %j', (subject, expected) => {
  expect(hasWildcards(subject)).toBe(expected);
});

test.each([
  ['a', 'a', true],
  ['a', 'a.>', false],
  ['a.b', 'a.>', true],
  ['a.b.c', 'a.>', true],
  ['a.b.c', 'a.*', false],
  ['a.*', 'a.b', false],
  ['a.>', 'a.*', true],
  ['>', '*', true],
  ['*', '>', true],
  ['a.*', '*.b', false],
  ['a.b.c', 'a.>.c', false],
  ['a.>.c', 'a.>.c', true],
  ['', '>', true],
  ['', '', true],
  ['a.', 'a.*', true],
])('%j is contained in %j: %s', (subject, other, expected) => {
  expect(isContainedIn(subject, other)).toBe(expected);
});

describe('local subjects', () => {
  test.each([
    ['b', 'a', 0],
    ['b.*', 'a.*', 0],
    ['b.$1', 'a.*', 0],
    ['$2.$1', '*.*', 0],
    ['$1.$1', '*.*', 0],
    ['$0.b', '*.a', 0],
    ['$-1', '*', 0],
    ['$+1', '*', 0],
    ['$1.>', '*.>', 0],
    ['$1x', 'a', 0],
    ['$', 'a', 0],
    ['b', 'a.*', 1],
    ['b.*', 'a', 1],
    ['$2', '*', 2],
    ['$1', 'a', 1],
    ['b.>', 'a', 1],
    ['b', 'a.>', 1],
    ['>', 'a.>', 0],
    ['b', '', 1],
    ['b c', 'a', 2],
    ['.b', 'a', 1],
    ['$9223372036854775808', 'a', 0],
    ['$99999999999999999999', 'a', 0],
    ['$9223372036854775807', 'a', 1],
    ['$-9223372036854775808', '*', 0],
  ])('%j for %j: %d findings', (local, subject, expected) => {
    expect(localSubjectFindings(local, subject)).toHaveLength(expected);
  });

  test('are told what is wrong', () => {
    expect(localSubjectFindings('$2', '*')).toEqual([
      'The local subject refers to "$2", but the subject has 1 "*" tokens.',
      'The local subject uses 0 wildcards or references, but the subject has 1.',
    ]);
  });

  test.each([
    ['a.b', 'a.b'],
    ['$1.b.$22', '*.b.*'],
    ['$x.$1x.$', '$x.$1x.$'],
    ['$-1.$+1.$0', '*.*.*'],
    ['$99999999999999999999', '$99999999999999999999'],
  ])('%j stands for %j', (local, expected) => {
    expect(withoutReferences(local)).toBe(expected);
  });
});
