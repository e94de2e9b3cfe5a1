import { expect, test } from 'vitest';
import type { Body } from '../../support/mint.js';
import { ACCOUNT, activationJwt, EXPORTER, judge, keyOf, OPERATOR, SHORT_ACCOUNT_KEY } from '../judged.js';

test.each<[string, Body, string[]]>([
  ['a good one', {}, []],
  ['V1: no kind', { kind: undefined }, ['V1 nats.kind']],
  ['V2: no subject', { subject: undefined }, ['V2 nats.subject']],
  ['V2: two faults', { subject: 'a b..' }, ['V2 nats.subject', 'V2 nats.subject', 'V2 nats.subject']],
  ['a wildcard', { subject: '>' }, []],
  ['an issuer account', { issuer_account: keyOf(ACCOUNT) }, []],
  ['V3: an operator key', { issuer_account: keyOf(OPERATOR) }, ['V3 nats.issuer_account']],
  ['a key that Go takes passes here', { issuer_account: SHORT_ACCOUNT_KEY }, []],
])('%s', (_, nats, expected) => {
  expect(judge(activationJwt(nats))).toEqual(expected);
});

test('for whom it is, is no rule of Go', () => {
  expect(judge(activationJwt({}, { sub: 'x' }, EXPORTER))).toEqual([]);
});
