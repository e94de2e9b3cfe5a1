import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { markOfKey, markOfSubject } from '../../src/store/subject-mark.js';
import { nowSeconds, sign } from '../support/mint.js';
import { encodeKey } from '../support/public-key.js';
import { mintTrusted, OPERATOR } from './operator-directory.js';

const KEY = encodeKey('account', randomBytes(32));
const OTHER = encodeKey('account', randomBytes(32));

const minted = (payload: string): Buffer => Buffer.from(sign(payload, OPERATOR.identity));

test('keys have marks of their own, which are no larger than a number holds exactly', () => {
  const keys = Array.from({ length: 1000 }, () => encodeKey('account', randomBytes(32)));
  const marks = keys.map(markOfKey);
  expect(new Set(marks).size).toBe(keys.length);
  expect(marks.every((mark) => Number.isSafeInteger(mark) && mark > 0)).toBe(true);
});

describe('the mark of a token is that of its subject', () => {
  test.each(['A', 'x'.repeat(251), 'ß'.repeat(120), '"sub":"', '{', '\\'])('named %j', (name) => {
    const account = mintTrusted({ name, iat: nowSeconds() });
    expect(markOfSubject(Buffer.from(account.text))).toBe(markOfKey(account.accountKey));
    expect(markOfSubject(Buffer.from(`${account.text}\n`))).toBe(markOfKey(account.accountKey));
  });

  test.each([
    ['after an object', `{"nats":{"sub":"${OTHER}"},"sub":"${KEY}"}`],
    ['after much else', `{"tags":"${'x'.repeat(2000)}","sub":"${KEY}"}`],
    ['after white space', `{ "sub" : "${KEY}" }`],
    ['in escapes', `{"su\\u0062":"${KEY}"}`],
  ])('%s', (_, payload) => {
    expect(markOfSubject(minted(payload))).toBe(markOfKey(KEY));
  });
});

test.each([
  ['nothing', ''],
  ['no token', 'rubbish'],
  ['two parts', 'a.b'],
  ['three short parts', 'a.b.c'],
  ['a token that is cut off', minted(`{"sub":"${KEY}"}`).subarray(0, -1).toString()],
  ['a token without a subject', minted('{"name":"x"}').toString()],
  ['a subject that is no text', minted('{"sub":7}').toString()],
  ['a payload that is no object', minted('7').toString()],
])('%s has no mark', (_, text) => {
  expect(markOfSubject(Buffer.from(text))).toBe(0);
});
