import { describe, expect, test } from 'vitest';
import { decodeBase64url, withoutLineEnds } from '../../src/claims/base64url.js';

describe('base64url', () => {
  test.each([
    ['', ''],
    ['YQ', 'a'],
    ['YWI', 'ab'],
    ['YWJj', 'abc'],
    ['-_-_', '\u00fb\u00ff\u00bf'],
  ])('%j', (chunk, latin1) => {
    expect(decodeBase64url(chunk)?.toString('latin1')).toBe(latin1);
  });

  test.each(['Y\nWJj', '\r\nYWJj\r\n', 'YW\r\rJ\n\nj'])('line ends are passed over: %j', (chunk) => {
    expect(decodeBase64url(chunk)?.toString()).toBe('abc');
  });

  test('bits that fill no byte are not looked at', () => {
    expect(decodeBase64url('YR')).toEqual(decodeBase64url('YQ'));
    expect(decodeBase64url('YWL')).toEqual(decodeBase64url('YWI'));
  });

  test.each([
    'Y',
    'YWJjY',
    'Y\n',
    'YQ==',
    'YQ=',
    '=',
    '+/+/',
    'YW Jj',
    'YWJj ',
    '\tYWJj',
    'YW.j',
    'YW\u0000j',
    'YWJ\u00e9',
    'YWJ\u0141',
    '\u212aWJj',
  ])('%j is none', (chunk) => {
    expect(decodeBase64url(chunk)).toBeUndefined();
  });
});

test('text without line ends comes back as it is', () => {
  expect(withoutLineEnds('a b\tc')).toBe('a b\tc');
  expect(withoutLineEnds('\na\r\nb\r')).toBe('ab');
});
