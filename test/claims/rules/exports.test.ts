import { describe, expect, test } from 'vitest';
import type { Body } from '../../support/mint.js';
import { accountJwt, issuesOf, judgeAccount } from '../judged.js';

const service = (fields: Body = {}): Body => ({ subject: 'svc.a', type: 'service', ...fields });
const stream = (fields: Body = {}): Body => ({ subject: 'str.a', type: 'stream', ...fields });
const judgeExports = (...exports: unknown[]): string[] => judgeAccount({ exports });

const latency = (sampling: unknown, results = 'lat.a'): Body => ({ service_latency: { sampling, results } });

test.each<[string, Body | null, string[]]>([
  ['a good service', service({ allow_trace: true, response_type: 'Chunked', response_threshold: 5 }), []],
  ['a good stream', stream({ advertise: true, token_req: true }), []],
  ['X1: null', null, ['X1']],
  ['X2: no type', stream({ type: undefined }), ['X2 type']],
  ['X3: another response type', service({ response_type: 'singleton' }), ['X3 response_type']],
  ['response types of a service', service({ response_type: 'Stream' }), []],
  ['no response type', service({ response_type: '' }), []],
  ['X4: a stream with a response type', stream({ response_type: 'Stream' }), ['X4 response_type']],
  ['neither X3 nor X4 without a type', stream({ type: undefined, response_type: 'x' }), ['X2 type']],
  ['X5: a traced stream', stream({ allow_trace: true }), ['X5 allow_trace']],
  ['not X5 without a type', stream({ type: undefined, allow_trace: true }), ['X2 type']],
  ['latency by headers', service(latency('headers')), []],
  ['latency of every message', service(latency(100)), []],
  ['X6: latency of a stream', stream(latency(1)), ['X6 service_latency']],
  ['X7: over 100 %', service(latency(101)), ['X7 service_latency.sampling']],
  ['X7: below 0 %', service(latency(-1)), ['X7 service_latency.sampling']],
  ['X8: nowhere to send latency', service({ service_latency: {} }), ['X8 service_latency.results']],
  ['X9: latency to a wildcard', service(latency(5, 'a.>')), ['X9 service_latency.results']],
  ['a star within a token is no wildcard', service(latency(5, 'foo*')), []],
  ['X10: less than no time', service({ response_threshold: -1 }), ['X10 response_threshold']],
  ['X11: a stream does not respond', stream({ response_threshold: 1 }), ['X11 response_threshold']],
  ['X10, not X11, of a stream', stream({ response_threshold: -1 }), ['X10 response_threshold']],
  ['X12: no subject', service({ subject: undefined }), ['X12 subject']],
  ['a good position', service({ subject: 'a.*.b', account_token_position: 2 }), []],
  [
    'X13: a position without wildcard',
    service({ account_token_position: 1 }),
    ['X13 account_token_position'],
  ],
  [
    'X14: a position beyond the end',
    service({ subject: 'a.*', account_token_position: 3 }),
    ['X14 account_token_position'],
  ],
  [
    'X15: the position of a word',
    service({ subject: 'a.*', account_token_position: 1 }),
    ['X15 account_token_position'],
  ],
  [
    'X15: the position of >',
    service({ subject: 'a.>', account_token_position: 2 }),
    ['X15 account_token_position'],
  ],
  ['X16: a bad URL', service({ info_url: 'x' }), ['X16']],
  ['X16: two at once', service({ info_url: 'x', description: 'é'.repeat(4097) }), ['X16', 'X16']],
])('%s', (_, entry, expected) => {
  const found = judgeExports(entry).map((issue) => issue.replace(/ nats\.exports\[0\]\.?/, ' ').trimEnd());
  expect(found).toEqual(expected);
});

test('X14: positions beyond what a number holds', () => {
  const payload = accountJwt({ exports: [service({ subject: 'a.*', account_token_position: 2 ** 53 })] });
  expect(issuesOf(payload).map(({ rule }) => rule)).toEqual(['X14']);
});

test('X16 names the rule within', () => {
  const [issue] = issuesOf(accountJwt({ exports: [service({ info_url: 'x' })] }));
  expect(issue?.description).toBe('The info URL "x" is no URL with a scheme and a host (N3).');
});

describe('X17: exports that contain others', () => {
  const of = (...subjects: string[]): Body[] => subjects.map((subject) => service({ subject }));

  test.each<[string, Body[], string[]]>([
    ['apart', of('a', 'b', 'c.*'), []],
    ['the same twice', of('a', 'a'), ['X17 nats.exports[0].subject']],
    ['the same three times is one subject', of('a', 'a', 'a'), ['X17 nats.exports[0].subject']],
    ['a wildcard first', of('a.*', 'a.b'), ['X17 nats.exports[0].subject']],
    ['a wildcard last', of('a.b', 'a.>'), ['X17 nats.exports[1].subject']],
    ['one that contains two', of('a.b', 'a.c', 'a.*'), ['X17 nats.exports[2].subject']],
    [
      'two that contain one',
      of('a.*', '*.b', 'a.b'),
      ['X17 nats.exports[0].subject', 'X17 nats.exports[1].subject'],
    ],
    [
      'a > in the contained one is a word',
      of('a.>', 'a.*'),
      ['X17 nats.exports[0].subject', 'X17 nats.exports[1].subject'],
    ],
    ['> does not contain what is shorter', of('a', 'a.>'), []],
    ['crossing patterns', of('a.*', '*.b'), []],
    ['a stream and a service', [service({ subject: 'a' }), stream({ subject: 'a' })], []],
    [
      'no type goes with the streams',
      [stream({ subject: 'a' }), stream({ subject: 'a', type: undefined })],
      ['X2 nats.exports[1].type', 'X17 nats.exports[0].subject'],
    ],
  ])('%s', (_, exports, expected) => {
    expect(judgeExports(...exports)).toEqual(expected);
  });

  test('the sentence names both', () => {
    const [issue] = issuesOf(accountJwt({ exports: of('a.*', 'a.b') }));
    expect(issue?.description).toBe('The export "a.*" also covers the export "a.b".');
  });
});
