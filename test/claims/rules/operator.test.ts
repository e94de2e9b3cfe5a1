import { expect, test } from 'vitest';
import type { Body } from '../../support/mint.js';
import { ACCOUNT, issuesOf, judge, keyOf, OPERATOR, operatorJwt, sloppy } from '../judged.js';

test.each<[string, Body, string[]]>([
  ['nothing', {}, []],
  ['O1: no scheme', { account_server_url: 'h' }, ['O1 nats.account_server_url']],
  ['O1: a path', { account_server_url: '/x' }, ['O1 nats.account_server_url']],
  ['O1: an address before a port', { account_server_url: '127.0.0.1:80' }, ['O1 nats.account_server_url']],
  ['a host before a port looks like a scheme', { account_server_url: 'h:80' }, []],
  ['a scheme alone', { account_server_url: 'foo:' }, []],
  ['a scheme and slashes', { account_server_url: 'nats://' }, []],
  ['O3: an account key', { signing_keys: [keyOf(OPERATOR), keyOf(ACCOUNT)] }, ['O3 nats.signing_keys[1]']],
  ['O3: no key', { signing_keys: [''] }, ['O3 nats.signing_keys[0]']],
  ['a key that Go takes passes here', { signing_keys: [sloppy(OPERATOR)] }, []],
  ['a system account', { system_account: keyOf(ACCOUNT) }, []],
  ['O4: an operator key', { system_account: keyOf(OPERATOR) }, ['O4 nats.system_account']],
])('%s', (_, nats, expected) => {
  expect(judge(operatorJwt(nats))).toEqual(expected);
});

test.each([
  ['', []],
  ['nats://h:4222', []],
  ['NATS://h', []],
  ['wss://h', []],
  ['ws://::1', []],
  ['nats:foo', []],
  ['nats://', []],
  ['nats://h?x=1', []],
  ['nats://h/', ['O2']],
  ['nats://h/p', ['O2']],
  ['nats://u:p@h', ['O2']],
  ['nats://@h', ['O2']],
  ['http://h', ['O2']],
  ['h:4222', ['O2']],
  ['localhost', ['O2']],
  ['nats://h:x', ['O2']],
  ['nats://a,nats://b', ['O2']],
  [' nats://h', ['O2']],
])('O2: %j', (url, expected) => {
  const found = judge(operatorJwt({ operator_service_urls: ['nats://ok', url] }));
  expect(found).toEqual(expected.map((rule) => `${rule} nats.operator_service_urls[1]`));
});

test('O2 says what is wrong with a URL, the first thing alone', () => {
  const urls = ['nats://h:x', 'http://u@h/p', 'http://h/p', 'http://h'];
  expect(
    issuesOf(operatorJwt({ operator_service_urls: urls })).map(({ description }) => description),
  ).toEqual([
    'The service URL "nats://h:x" is no URL.',
    'The service URL "http://u@h/p" must not name a user.',
    'The service URL "http://h/p" must not have a path, not even "/".',
    'The scheme of "http://h" is not nats, tls, ws or wss.',
  ]);
});

test.each([
  ['', []],
  ['2.10.0', []],
  ['+2.01.0', []],
  ['-0.0.0', []],
  ['9223372036854775807.0.0', []],
  ['9223372036854775808.0.0', ['O5']],
  ['v2.1.0', ['O5']],
  ['2.10', ['O5']],
  ['2.10.0.0', ['O5']],
  ['2.1.0-beta', ['O5']],
  ['2..0', ['O5']],
  ['2.-1.0', ['O5']],
])('O5: %j', (version, expected) => {
  const found = judge(operatorJwt({ assert_server_version: version }));
  expect(found).toEqual(expected.map((rule) => `${rule} nats.assert_server_version`));
});

test('who signed, and for whom, is no rule of Go', () => {
  expect(judge(operatorJwt({}, { sub: 'x' }))).toEqual([]);
});
