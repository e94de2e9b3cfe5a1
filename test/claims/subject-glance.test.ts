import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeJwt } from '../../src/claims/decode.js';
import { isAccountKey } from '../../src/claims/keys.js';
import { glanceSubject } from '../../src/claims/subject-glance.js';
import { ACCOUNT, keyOf, OPERATOR, sign } from './judged.js';
import { RUNS } from './runs.js';
import { readVectors, tokenOf, type Verdict } from './verdicts.js';

const KEY = keyOf(ACCOUNT);
const OTHER = keyOf(OPERATOR).replace(/^O/, 'A');
const tokenWith = (payload: string): string => sign(payload, OPERATOR);

describe('the subject of a token at a glance', () => {
  test('is found in tokens as nsc writes them', () => {
    const nats = { default_permissions: { pub: {}, sub: {} }, type: 'account', version: 2 };
    expect(glanceSubject(tokenWith(JSON.stringify({ iss: keyOf(OPERATOR), sub: KEY, nats })))).toBe(KEY);
  });

  test.each<[string, string]>([
    ['a second subject', `{"sub":"${KEY}","nats":{"sub":"${OTHER}"}}`],
    ['a second one in other letters, which Go takes too', `{"sub":"${KEY}","Sub":"${OTHER}"}`],
    ['an escape that may hide one', `{"sub":"${KEY}","\\u0073ub":"${OTHER}"}`],
    ['a letter that Go folds to an s', `{"sub":"${KEY}","ſub":"${OTHER}"}`],
    ['blanks before the text', `{"sub" : "${KEY}"}`],
    ['no subject', '{}'],
    ['a subject that is no account', `{"sub":"${keyOf(OPERATOR)}"}`],
  ])('is left to decoding when there is %s', (_, payload) => {
    expect(glanceSubject(tokenWith(payload))).toBeUndefined();
  });

  test('is not looked for in a token that is cut off', () => {
    const token = tokenWith(`{"sub":"${KEY}"}`);
    expect(glanceSubject(token)).toBe(KEY);
    for (let end = 0; end < token.length; end++) expect(glanceSubject(token.slice(0, end))).toBeUndefined();
  });

  test('is the one that decoding finds, in all vectors and in payloads of odd members', () => {
    const tokens = readVectors<Verdict>('claims.jsonl')
      .map(tokenOf)
      .map((token) => Buffer.from(token).toString('latin1'));
    const name = fc.constantFrom('sub', 'Sub', 'SUB', 'su\\u0062', 'iss', 'name', 'nats', '');
    const value = fc.constantFrom(`"${KEY}"`, `"${OTHER}"`, '"x"', '{}', 'null', `{"sub":"${OTHER}"}`);
    const member = fc.tuple(name, value, fc.constantFrom(':', ' : ')).map(([n, v, c]) => `"${n}"${c}${v}`);
    const payload = fc.array(member, { maxLength: 4 }).map((members) => `{${members.join(',')}}`);
    const agree = (token: string): void => {
      const seen = glanceSubject(token);
      const decoded = seen === undefined ? undefined : decodeJwt(token);
      // Where decoding finds none, the token is refused, whomever it was sorted under.
      if (decoded?.ok && isAccountKey(decoded.value.claims.sub)) expect(decoded.value.claims.sub).toBe(seen);
    };
    for (const token of tokens) agree(token);
    fc.assert(
      fc.property(payload, (text) => agree(tokenWith(text))),
      { numRuns: RUNS },
    );
  });
});
