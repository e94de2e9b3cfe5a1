import { describe, expect, test } from 'vitest';
import type { Issue } from '../../../src/claims/issues.js';
import { LIMIT_RULES } from '../../../src/claims/rules/limits.js';
import { report } from '../../../src/claims/rules/rule.js';
import type { AccountClaims } from '../../../src/claims/types.js';
import { type Body, OPEN_LIMITS } from '../../support/mint.js';
import { ACCOUNT, accountJwt, EXPORTER, issuesOf, judge, judgeAccount, keyOf, read } from '../judged.js';

const imports = (count: number): Body[] =>
  Array.from({ length: count }, (_, index) => ({
    subject: `str.${index}`,
    account: keyOf(EXPORTER),
    type: 'stream',
  }));
const exports = (count: number): Body[] =>
  Array.from({ length: count }, (_, index) => ({ subject: `svc.${index}`, type: 'service' }));

function limitsOf(limits: Body): AccountClaims['nats']['limits'] {
  const { claims } = read(accountJwt({ limits }));
  if (claims.kind !== 'account') throw new Error('no account');
  return claims.nats.limits;
}

describe('limits by themselves', () => {
  test('L2: a tier without a name', () => {
    expect(judgeAccount({ limits: { ...OPEN_LIMITS, tiered_limits: { '': {} } } })).toEqual([
      'L2 nats.limits.tiered_limits[""]',
    ]);
  });

  test('other names of tiers, and any number, pass', () => {
    const tiers = { x: { mem_storage: -5 }, R99: { disk_storage: 2 ** 52 } };
    expect(judgeAccount({ limits: { ...OPEN_LIMITS, subs: -7, tiered_limits: tiers } })).toEqual([]);
  });

  test('flat limits next to tiers are gone when a token was decoded', () => {
    expect(judgeAccount({ limits: { ...OPEN_LIMITS, mem_storage: 5, tiered_limits: { R1: {} } } })).toEqual(
      [],
    );
  });

  test.each([
    ['a number', { mem_storage: 1 }, 1],
    ['a switch', { max_bytes_required: true }, 1],
    ['nothing', {}, 0],
  ])('L1: claims made otherwise may have both: %s', (_, flat, expected) => {
    const limits = { ...limitsOf({ tiered_limits: { R1: { mem_storage: 1 } } }), ...flat };
    const issues: Issue[] = [];
    report(LIMIT_RULES, limits, 'nats.limits', issues);
    expect(issues.map(({ rule }) => rule)).toEqual(Array(expected).fill('L1'));
  });
});

describe('counts', () => {
  const both = ['A1 nats.imports', 'A2 nats.imports'];
  test.each<[string, Body, number, number, string[]]>([
    ['no limits, nothing used', {}, 0, 0, []],
    ['A2, A3: no limits, something used', {}, 1, 1, ['A2 nats.imports', 'A3 nats.exports']],
    ['A1, A2: one too many', { imports: 1 }, 2, 0, both],
    ['as many as allowed', { imports: 2, exports: 2, wildcards: true }, 2, 2, []],
    ['A1, A2: imports absent among other limits', { subs: -1 }, 1, 0, both],
    ['without limit', { imports: -1, exports: -1 }, 3, 3, []],
    ['A2, A3: -2 always fails', { imports: -2, exports: -2 }, 0, 0, ['A2 nats.imports', 'A3 nats.exports']],
    ['A3: one too many', { exports: 1, imports: -1 }, 0, 2, ['A3 nats.exports']],
  ])('%s', (_, limits, imported, exported, expected) => {
    expect(judgeAccount({ limits, imports: imports(imported), exports: exports(exported) })).toEqual(
      expected,
    );
  });

  test('null entries count', () => {
    expect(judgeAccount({ limits: { imports: 0, exports: -1 }, imports: [null] })).toEqual([
      'I1 nats.imports[0]',
      'A1 nats.imports',
      'A2 nats.imports',
    ]);
  });

  test('the sentences name both numbers', () => {
    const issues = issuesOf(accountJwt({ limits: { imports: 1, exports: -1 }, imports: imports(2) }));
    expect(issues.map(({ description }) => description)).toEqual([
      'There are 2 imports; the limits of the account allow 1.',
      'There are 2 imports, but the limit is 1 (none given: 0; no limit: -1).',
    ]);
  });
});

describe('A4: exports with wildcards', () => {
  const wild = [
    { subject: 'a.*', type: 'service' },
    { subject: 'b', type: 'stream' },
    { subject: '>', type: 'stream' },
  ];

  test('each is named where they are forbidden', () => {
    expect(judgeAccount({ limits: { imports: -1, exports: 5 }, exports: wild })).toEqual([
      'X17 nats.exports[2].subject',
      'A4 nats.exports[0].subject',
      'A4 nats.exports[2].subject',
    ]);
  });

  test('only a limited number of exports forbids them', () => {
    const apart = wild.slice(0, 2);
    expect(judgeAccount({ limits: { exports: -1 }, exports: apart })).toEqual([]);
    expect(judgeAccount({ limits: { exports: 5, wildcards: true }, exports: apart })).toEqual([]);
  });

  test('a null export is passed over', () => {
    expect(judgeAccount({ limits: { exports: 5 }, exports: [null, wild[0]] })).toEqual([
      'X1 nats.exports[0]',
      'A4 nats.exports[1].subject',
    ]);
  });
});

describe('F1: limits of a self-signed account', () => {
  const selfSigned = (limits: Body): string[] => judge(accountJwt({ limits }, {}, ACCOUNT));

  test.each<[string, Body, string[]]>([
    ['any number', { conn: 5 }, ['F1 nats.limits']],
    ['any switch', { disallow_bearer: true }, ['F1 nats.limits']],
    ['a tier', { tiered_limits: { R1: {} } }, ['F1 nats.limits']],
    ['none', {}, []],
    ['zeros are none', { conn: 0, wildcards: false, tiered_limits: {} }, []],
  ])('%s', (_, limits, expected) => {
    expect(selfSigned(limits)).toEqual(expected);
  });

  test('an operator may give them', () => {
    expect(judgeAccount({ limits: { conn: 5 } })).toEqual([]);
  });

  test('it is a warning', () => {
    expect(issuesOf(accountJwt({}, {}, ACCOUNT))).toMatchObject([{ rule: 'F1', severity: 'warning' }]);
  });
});
