import { describe, expect, test } from 'vitest';
import { isCidr } from '../../src/claims/cidr.js';
import { parseGoInteger } from '../../src/claims/go-integer.js';
import { isTimeZone } from '../../src/claims/time-zones.js';

test.each([
  ['0', 0],
  ['-1', -1],
  ['+7', 7],
  ['00000000000000000000000001', 1],
  ['999999999999999', 999999999999999],
  ['9223372036854775807', 9223372036854775807n],
  ['-9223372036854775808', -9223372036854775808n],
  ['9223372036854775808', undefined],
  ['-9223372036854775809', undefined],
  ['99999999999999999999', undefined],
  ['', undefined],
  ['-', undefined],
  ['1_0', undefined],
  ['1x', undefined],
  [' 1', undefined],
  ['1.0', undefined],
  ['٣', undefined],
])('the integer %j', (text, expected) => {
  expect(parseGoInteger(text)).toBe(expected);
});

test('a megabyte of zeros that are none is refused at once', () => {
  const start = process.cpuUsage();
  expect(parseGoInteger(`${'0'.repeat(1_000_000)}x`)).toBeUndefined();
  expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
});

describe('networks', () => {
  test.each([
    '10.0.0.0/8',
    '1.2.3.4/32',
    '1.2.3.4/0',
    '1.2.3.4/008',
    '::/0',
    '::1/128',
    'FE80::/10',
    '::ffff:1.2.3.4/128',
    '1:2:3:4:5:6:7::/64',
  ])('%j', (text) => expect(isCidr(text)).toBe(true));

  test.each([
    '',
    '/',
    '/8',
    '10.0.0.1',
    '1.2.3.4/',
    '1.2.3.4/33',
    '::1/129',
    '1.2.3.4/+8',
    '1.2.3.4/8/8',
    '1.2.3.4/ 8',
    '1.2.3.4/99999999999999999999',
    '01.2.3.4/8',
    '256.1.1.1/8',
    '1.2.3/8',
    'fe80::1%eth0/64',
    '1::2::3/64',
    'x/8',
  ])('not %j', (text) => expect(isCidr(text)).toBe(false));
});

describe('time zones', () => {
  test.each([
    '',
    'UTC',
    'Local',
    'Europe/Paris',
    'US/Eastern',
    'EST5EDT',
    'Etc/GMT+5',
    'America/Argentina/Ushuaia',
    'Asia/Kolkata',
    'Asia/Calcutta',
  ])('%j', (name) => expect(isTimeZone(name)).toBe(true));

  test.each([
    'europe/paris',
    'utc',
    'local',
    'Europe',
    'Europe/',
    '../etc/passwd',
    '/etc/localtime',
    'Europe\\Paris',
    'CEST',
    ' UTC',
  ])('not %j', (name) => expect(isTimeZone(name)).toBe(false));

  test('every zone that this Node knows', () => {
    const unknown = Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZone(name));
    expect(unknown).toEqual([]);
  });
});
