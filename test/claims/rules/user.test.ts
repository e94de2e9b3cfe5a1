import { expect, test } from 'vitest';
import type { Body } from '../../support/mint.js';
import { ACCOUNT, judge, keyOf, USER, userJwt } from '../judged.js';

test.each<[string, Body, string[]]>([
  ['nothing', {}, []],
  [
    'P1, P2: permissions',
    { pub: { allow: ['a q'] }, sub: { deny: [''] } },
    ['P1 nats.sub.deny[0]', 'P2 nats.pub.allow[0]'],
  ],
  ['networks', { src: ['10.0.0.0/8', '::1/128'] }, []],
  ['U1: an address', { src: ['10.0.0.0/8', '10.0.0.1'] }, ['U1 nats.src[1]']],
  ['hours', { times: [{ start: '8:00:00', end: '23:59:59.5' }] }, []],
  ['U2: no start', { times: [{ end: '08:00:00' }] }, ['U2 nats.times[0].start']],
  ['U3: a day has 24 hours', { times: [{ start: '08:00:00', end: '24:00:00' }] }, ['U3 nats.times[0].end']],
  ['U2, U3: a null range', { times: [null] }, ['U2 nats.times[0].start', 'U3 nats.times[0].end']],
  ['a zone', { times_location: 'Europe/Paris' }, []],
  ['U4: a zone in another case', { times_location: 'europe/paris' }, ['U4 nats.times_location']],
  ['the name of another program for the zone', { locale: 'x' }, []],
  ['an issuer account', { issuer_account: keyOf(ACCOUNT) }, []],
  ['U5: a user key', { issuer_account: keyOf(USER) }, ['U5 nats.issuer_account']],
  ['connection types are not looked at', { allowed_connection_types: ['x', ''] }, []],
])('%s', (_, nats, expected) => {
  expect(judge(userJwt(nats))).toEqual(expected);
});

test.each([
  ['00:00:00', true],
  ['1:02:03', true],
  ['01:02:03,25', true],
  ['01:02:03.123456789012', true],
  ['12:60:00', false],
  ['12:00:60', false],
  ['01:2:03', false],
  ['01:02', false],
  ['01:02:03.', false],
  ['001:02:03', false],
  ['-1:00:00', false],
  [' 01:02:03', false],
  ['1:02:03 PM', false],
  ['٠١:02:03', false],
])('U2: %j is a time of day: %s', (start, good) => {
  const found = judge(userJwt({ times: [{ start, end: '08:00:00' }] }));
  expect(found).toEqual(good ? [] : ['U2 nats.times[0].start']);
});

test('for whom a user token is, is no rule of Go', () => {
  expect(judge(userJwt({}, { sub: 'x' }))).toEqual([]);
});
