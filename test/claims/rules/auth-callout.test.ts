import { expect, test } from 'vitest';
import type { Body } from '../../support/mint.js';
import { ACCOUNT, judge, keyOf, SERVER, sign, sloppy, USER } from '../judged.js';

const judgeRequest = (nats: Body, claims: Body = {}): string[] =>
  judge(
    sign(
      { iss: keyOf(SERVER), ...claims, nats: { ...nats, type: 'authorization_request', version: 2 } },
      SERVER,
    ),
  );

const judgeResponse = (nats: Body, claims: Body = {}): string[] =>
  judge(
    sign(
      {
        iss: keyOf(ACCOUNT),
        sub: keyOf(USER),
        aud: keyOf(SERVER),
        ...claims,
        nats: { ...nats, type: 'authorization_response', version: 2 },
      },
      ACCOUNT,
    ),
  );

test.each<[string, Body, string[]]>([
  ['a user key', { user_nkey: keyOf(USER) }, []],
  ['a user key as Go takes it', { user_nkey: sloppy(USER) }, []],
  ['Q1: none', {}, ['Q1 nats.user_nkey']],
  ['Q1: an account key', { user_nkey: keyOf(ACCOUNT) }, ['Q1 nats.user_nkey']],
])('request: %s', (_, nats, expected) => {
  expect(judgeRequest(nats)).toEqual(expected);
});

test('Go looks at the content of requests and responses before their time', () => {
  expect(judgeRequest({}, { exp: 1 })).toEqual(['Q1 nats.user_nkey', 'C1 exp']);
  expect(judgeResponse({}, { exp: 1 })).toEqual(['R3 nats', 'C1 exp']);
});

test.each<[string, Body, Body, string[]]>([
  ['a user', { jwt: 'x' }, {}, []],
  ['an error, for an account', { error: 'x', issuer_account: keyOf(ACCOUNT) }, {}, []],
  ['R1: no user', { jwt: 'x' }, { sub: keyOf(ACCOUNT) }, ['R1 sub']],
  ['R2: no server', { jwt: 'x' }, { aud: undefined }, ['R2 aud']],
  ['R3: nothing', {}, {}, ['R3 nats']],
  ['R4: both', { jwt: 'x', error: 'x' }, {}, ['R4 nats']],
  ['R5: an issuer account', { jwt: 'x', issuer_account: 'x' }, {}, ['R5 nats.issuer_account']],
])('response: %s', (_, nats, claims, expected) => {
  expect(judgeResponse(nats, claims)).toEqual(expected);
});
