import { describe, expect, test } from 'vitest';
import type { Body } from '../../support/mint.js';
import {
  ACCOUNT,
  accountJwt,
  activationJwt,
  EXPORTER,
  issuesOf,
  judgeAccount,
  keyOf,
  OPERATOR,
  sign,
  userJwt,
} from '../judged.js';

const from = keyOf(EXPORTER);
const service = (fields: Body = {}): Body => ({
  subject: 'svc.a',
  account: from,
  type: 'service',
  ...fields,
});
const stream = (fields: Body = {}): Body => ({ subject: 'str.a', account: from, type: 'stream', ...fields });
const judgeImports = (...imports: unknown[]): string[] => judgeAccount({ imports });
const judgeToken = (token: string, fields: Body = {}): string[] =>
  judgeImports(service({ token, ...fields }));

test.each<[string, Body | null, string[]]>([
  ['a good service', service(), []],
  ['a good stream', stream({ allow_trace: true }), []],
  ['I1: null', null, ['I1 nats.imports[0]']],
  ['I4: no type', stream({ type: undefined }), ['I4 nats.imports[0].type']],
  ['I5: a traced service', service({ allow_trace: true }), ['I5 nats.imports[0].allow_trace']],
  ['I6: no account', stream({ account: '' }), ['I6 nats.imports[0].account']],
  ['an account that is no key passes', stream({ account: 'hello' }), []],
  ['importing from oneself passes', stream({ account: keyOf(ACCOUNT) }), []],
  ['I7: the old field', stream({ to: 'x' }), ['I7 nats.imports[0].to']],
  ['the content of the old field is not looked at', stream({ to: ' .. ' }), ['I7 nats.imports[0].to']],
  ['I8: no subject', stream({ subject: '' }), ['I8 nats.imports[0].subject']],
  [
    'I8: three faults at once',
    stream({ subject: '.a b..c' }),
    ['I8 nats.imports[0].subject', 'I8 nats.imports[0].subject', 'I8 nats.imports[0].subject'],
  ],
  ['a tab is no space', stream({ subject: 'a\tb' }), []],
  [
    'I9: more wildcards',
    stream({ subject: 'a.*', local_subject: 'b' }),
    ['I9 nats.imports[0].local_subject'],
  ],
  ['a fitting local subject', stream({ subject: 'a.*.>', local_subject: 'b.$1.>' }), []],
  [
    'I10: both fields',
    stream({ to: 'x', local_subject: 'b' }),
    ['I7 nats.imports[0].to', 'I10 nats.imports[0].to'],
  ],
  ['I11: a shared stream', stream({ share: true }), ['I11 nats.imports[0].share']],
  ['a shared service', service({ share: true }), []],
  [
    'I5 and I11 for no type: neither is a service',
    stream({ type: undefined, share: true, allow_trace: true }),
    ['I4 nats.imports[0].type', 'I11 nats.imports[0].share'],
  ],
])('%s', (_, entry, expected) => {
  expect(judgeImports(entry)).toEqual(expected);
});

test('I7 is a warning: it blocks nothing', () => {
  expect(issuesOf(accountJwt({ imports: [stream({ to: 'x' })] }))).toMatchObject([{ severity: 'warning' }]);
});

test('what is wrong with a subject is named after the rule that was broken', () => {
  const [issue] = issuesOf(accountJwt({ imports: [stream({ subject: 'a b' })] }));
  expect(issue?.description).toBe('The subject "a b" contains a space (S2).');
});

describe('overlapping services', () => {
  const at = (index: number, ...rules: string[]): string[] =>
    rules.map((rule) => `${rule} nats.imports[${index}]`);

  test.each<[string, Body[], string[]]>([
    ['I2, I3: the same twice', [service(), service()], at(1, 'I2', 'I3')],
    ['I2: the second within the first', [service({ subject: 'svc.*' }), service()], at(1, 'I2')],
    ['I2: the first within the second', [service(), service({ subject: 'svc.>' })], at(1, 'I2')],
    [
      'crossing patterns overlap in neither direction',
      [service({ subject: 'a.*' }), service({ subject: '*.b' })],
      [],
    ],
    ['different accounts', [service(), service({ account: 'other' })], []],
    [
      'accounts without a name are one',
      [service({ account: '' }), service({ account: '' })],
      ['I6 nats.imports[0].account', ...at(1, 'I2', 'I3'), 'I6 nats.imports[1].account'],
    ],
    ['streams may overlap', [stream(), stream()], []],
    ['a stream and a service', [service(), stream({ subject: 'svc.a' })], []],
    ['by the local subject', [service(), service({ local_subject: 'mine' })], []],
    [
      'I2: by the local subject, references being wildcards',
      [service({ subject: 'a.*', local_subject: 'b.$1' }), service({ subject: 'c.*', local_subject: 'b.*' })],
      at(1, 'I2', 'I3'),
    ],
    [
      'the old field first',
      [service({ to: 'x' }), service({ to: 'y' })],
      ['I7 nats.imports[0].to', 'I7 nats.imports[1].to'],
    ],
    [
      'I2: one issue for every earlier overlap',
      [service({ subject: 'a.b' }), service({ subject: 'a.c' }), service({ subject: 'a.*' })],
      at(2, 'I2', 'I2'),
    ],
    ['a null between them', [service()], []],
  ])('%s', (_, imports, expected) => {
    expect(judgeImports(...imports)).toEqual(expected);
  });

  test('a duplicate counts once among the earlier ones', () => {
    const rules = judgeImports(service(), null, service(), service()).map((issue) => issue.split(' ')[0]);
    expect(rules).toEqual(['I1', 'I2', 'I3', 'I2', 'I3']);
  });

  test('so many overlaps that they cannot all be listed end the list early, and still block', () => {
    const masks = Array.from({ length: 128 }, (_, mask) =>
      [...mask.toString(2).padStart(7, '0')].map((bit) => (bit === '1' ? '*' : 'a')).join('.'),
    );
    const subjects = [
      ...masks.map((mask) => `${mask}.*`),
      ...Array.from({ length: 128 }, (_, index) => `a.a.a.a.a.a.a.x${index}`),
    ];
    const found = judgeImports(...subjects.map((subject) => service({ subject })));
    expect(found.length).toBeGreaterThan(10_000);
    expect(found.length).toBeLessThan(10_000 + subjects.length);
  });
});

describe('activation tokens', () => {
  const at = (...rules: string[]): string[] => rules.map((rule) => `${rule} nats.imports[0].token`);

  test('a good one', () => {
    expect(judgeToken(activationJwt())).toEqual([]);
  });

  test.each([
    ['text', 'hello'],
    ['a URL, which is not followed', 'http://127.0.0.1:1/token'],
    ['a user token', userJwt()],
    ['a changed token', `${activationJwt().slice(0, -8)}AAAAAAAA`],
  ])('I12: %s', (_, token) => {
    expect(judgeToken(token)).toEqual(at('I12'));
  });

  test('a token and spaces is no token; a line end after it is fine', () => {
    expect(judgeToken(`${activationJwt()} `)).toEqual(at('I12'));
    expect(judgeToken(`${activationJwt()}\n`)).toEqual([]);
  });

  test('I13: neither issuer nor issuer account is the exporter', () => {
    expect(judgeToken(activationJwt(), { account: keyOf(ACCOUNT) })).toEqual(at('I13'));
    const bySigningKey = activationJwt({ issuer_account: keyOf(ACCOUNT) });
    expect(judgeToken(bySigningKey, { account: keyOf(ACCOUNT) })).toEqual([]);
  });

  test('I13: an operator may sign, for the account that it names', () => {
    expect(judgeToken(activationJwt({}, {}, OPERATOR))).toEqual(at('I13'));
    expect(judgeToken(activationJwt({ issuer_account: from }, {}, OPERATOR))).toEqual([]);
  });

  test('I14: issued to another account', () => {
    expect(judgeToken(activationJwt({}, { sub: from }))).toEqual(at('I14'));
  });

  test('I14: no subject in both is the same subject', () => {
    const token = activationJwt({}, { sub: undefined });
    expect(judgeAccount({ imports: [service({ token })] }, { sub: undefined })).toEqual([]);
  });

  test('I15: for the other type', () => {
    expect(judgeToken(activationJwt({ kind: 'stream' }))).toEqual(at('I15'));
  });

  test('I15, I16: for no type; the kind of an import without type is the same', () => {
    const token = activationJwt({ kind: undefined });
    expect(judgeToken(token)).toEqual(at('I15', 'I16'));
    expect(judgeToken(token, { type: undefined })).toEqual(['I4 nats.imports[0].type', ...at('I16')]);
  });

  test('I16: its own rules, but not its time', () => {
    expect(judgeToken(activationJwt({ issuer_account: 'x' }))).toEqual(at('I16'));
    expect(judgeToken(activationJwt({}, { exp: 1, nbf: 2_000_000_000 }))).toEqual([]);
  });

  test('I16: names the rules within, down to that of the subject', () => {
    const token = activationJwt({ subject: 'a b' });
    const [issue] = issuesOf(accountJwt({ imports: [service({ token, subject: 'a b' })] })).slice(1);
    expect(issue).toMatchObject({ rule: 'I16', description: 'The subject "a b" contains a space (V2, S2).' });
  });

  test.each([
    ['svc.*', 'svc.a', []],
    ['svc.>', 'svc.a', []],
    ['svc.b', 'svc.a', ['I17']],
    ['svc.a', 'svc.*', ['I17']],
    ['svc.*', 'svc.>', []],
    ['svc.a.>', 'svc.a', ['I17']],
  ])('I17: a token for %s, an import of %s', (allowed, subject, expected) => {
    expect(judgeToken(activationJwt({ subject: allowed }), { subject })).toEqual(at(...expected));
  });

  test('I17: the old field counts for services alone, the local subject never', () => {
    const token = activationJwt({ subject: 'svc.a' });
    expect(judgeToken(token, { to: 'else' })).toEqual(['I7 nats.imports[0].to', ...at('I17')]);
    expect(judgeToken(token, { local_subject: 'else' })).toEqual([]);
    const forStream = activationJwt({ subject: 'str.a', kind: 'stream' });
    expect(judgeImports(stream({ token: forStream, to: 'else' }))).toEqual(['I7 nats.imports[0].to']);
  });

  test('every fault of a stolen token at once', () => {
    const payload = { iss: from, sub: from, nats: { type: 'activation', version: 2, subject: '' } };
    const found = judgeToken(sign(payload, EXPORTER), { account: 'other' });
    expect(found).toEqual(at('I13', 'I14', 'I15', 'I16', 'I16', 'I17'));
  });
});
