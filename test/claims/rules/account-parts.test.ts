import { createCurve } from 'nkeys.js';
import { expect, test } from 'vitest';
import { type Body, OPEN_LIMITS } from '../../support/mint.js';
import {
  ACCOUNT,
  accountJwt,
  EXPORTER,
  issuesOf,
  judgeAccount,
  keyOf,
  OPERATOR,
  SHORT_ACCOUNT_KEY,
  sloppy,
  USER,
} from '../judged.js';

const curveKey = createCurve().getPublicKey();
const accountKey = keyOf(ACCOUNT);
const userKey = keyOf(USER);

const PERMISSIONS = 'nats.default_permissions';
test.each<[string, Body, string[]]>([
  ['subjects, and queues to subscribe', { sub: { allow: ['a.>', 'b q'] }, pub: { deny: ['*'] } }, []],
  ['P1: an empty subject', { sub: { allow: [''] } }, [`P1 ${PERMISSIONS}.sub.allow[0]`]],
  ['P1: no subject before the queue', { sub: { deny: ['a', ' q'] } }, [`P1 ${PERMISSIONS}.sub.deny[1]`]],
  ['P1: two spaces are too many', { sub: { allow: ['a  q'] } }, [`P1 ${PERMISSIONS}.sub.allow[0]`]],
  [
    'P1: faults of subject and queue',
    { sub: { allow: ['.a q..r'] } },
    Array(2).fill(`P1 ${PERMISSIONS}.sub.allow[0]`),
  ],
  ['P2: a queue to publish', { pub: { allow: ['a q'] } }, [`P2 ${PERMISSIONS}.pub.allow[0]`]],
  ['P1, not P2: three words to publish', { pub: { allow: ['a b c'] } }, [`P1 ${PERMISSIONS}.pub.allow[0]`]],
  [
    'subscribing first',
    { pub: { allow: [''], deny: [''] }, sub: { allow: [''], deny: [''] } },
    [
      `P1 ${PERMISSIONS}.sub.allow[0]`,
      `P1 ${PERMISSIONS}.sub.deny[0]`,
      `P1 ${PERMISSIONS}.pub.allow[0]`,
      `P1 ${PERMISSIONS}.pub.deny[0]`,
    ],
  ],
  ['responses are not looked at', { resp: { max: -5, ttl: -5 } }, []],
])('permissions: %s', (_, permissions, expected) => {
  expect(judgeAccount({ default_permissions: permissions })).toEqual(expected);
});

const target = (weight?: number, cluster?: string, subject = 'b'): Body => ({ subject, weight, cluster });
test.each<[string, Body, string[]]>([
  ['one target is everything', { a: [target()] }, []],
  ['shares', { 'a.*': [target(20), target(80)] }, []],
  ['M1: the source', { 'a b': [target()] }, ['M1 nats.mappings["a b"]']],
  ['M1 without targets', { '': [] }, ['M1 nats.mappings[""]']],
  ['M2: a target', { a: [target(5, '', '.b')] }, ['M2 nats.mappings["a"][0].subject']],
  ['M2: a null target is all of it, to nowhere', { a: [null] }, ['M2 nats.mappings["a"][0].subject']],
  ['M3, M5: a weight', { a: [target(101)] }, ['M3 nats.mappings["a"][0].weight', 'M5 nats.mappings["a"]']],
  [
    'M3: the greatest weight',
    { a: [target(255)] },
    ['M3 nats.mappings["a"][0].weight', 'M5 nats.mappings["a"]'],
  ],
  [
    'M4: a cluster, at each step over',
    { a: [target(60, 'c'), target(60, 'c'), target(1, 'c')] },
    ['M4 nats.mappings["a"][1].weight', 'M4 nats.mappings["a"][2].weight'],
  ],
  [
    'M4: no weight is 100',
    { a: [target(1, 'c'), target(undefined, 'c')] },
    ['M4 nats.mappings["a"][1].weight'],
  ],
  ['clusters apart, by case too', { a: [target(80, 'c'), target(80, 'C'), target(80)] }, []],
  ['M5: once', { a: [target(60), target(60), target(60)] }, ['M5 nats.mappings["a"]']],
  [
    'sums beyond a byte',
    { a: [target(100, 'c'), target(100, 'c'), target(100, 'c')] },
    ['M4 nats.mappings["a"][1].weight', 'M4 nats.mappings["a"][2].weight'],
  ],
  ['mappings apart', { a: [target(60)], b: [target(60)] }, []],
])('mappings: %s', (_, mappings, expected) => {
  expect(judgeAccount({ mappings })).toEqual(expected);
});

const AUTHORIZATION = 'nats.authorization';
test.each<[string, Body, string[]]>([
  ['users and accounts', { auth_users: [userKey], allowed_accounts: [accountKey], xkey: curveKey }, []],
  ['every account', { auth_users: [userKey], allowed_accounts: ['*'] }, []],
  ['nothing but a key', { xkey: curveKey }, []],
  ['Z1: accounts without users', { allowed_accounts: ['*'] }, [`Z1 ${AUTHORIZATION}.allowed_accounts`]],
  ['Z2: not a user', { auth_users: [userKey, accountKey] }, [`Z2 ${AUTHORIZATION}.auth_users[1]`]],
  ['Z2: not every user', { auth_users: ['*'] }, [`Z2 ${AUTHORIZATION}.auth_users[0]`]],
  [
    'Z3: every account and one',
    { auth_users: [userKey], allowed_accounts: ['*', accountKey] },
    [`Z3 ${AUTHORIZATION}.allowed_accounts[0]`],
  ],
  [
    'Z3: every account twice',
    { auth_users: [userKey], allowed_accounts: ['*', '*'] },
    [`Z3 ${AUTHORIZATION}.allowed_accounts[0]`, `Z3 ${AUTHORIZATION}.allowed_accounts[1]`],
  ],
  [
    'Z4: not an account',
    { auth_users: [userKey], allowed_accounts: [accountKey, userKey] },
    [`Z4 ${AUTHORIZATION}.allowed_accounts[1]`],
  ],
  ['Z5: not a curve key', { xkey: accountKey }, [`Z5 ${AUTHORIZATION}.xkey`]],
  ['keys that Go takes pass here', { auth_users: [sloppy(USER)], allowed_accounts: [SHORT_ACCOUNT_KEY] }, []],
])('authorization: %s', (_, authorization, expected) => {
  expect(judgeAccount({ authorization })).toEqual(expected);
});

test.each<[string, Body | null, string[]]>([
  ['none', null, []],
  ['a destination', { dest: 'a.b' }, []],
  ['all or one in a hundred', { dest: 'a', sampling: 100 }, []],
  ['T1: no destination', {}, ['T1 nats.trace.dest']],
  ['T1: the first fault alone', { dest: '.a b..' }, ['T1 nats.trace.dest']],
  ['T2: a wildcard', { dest: 'a.*' }, ['T2 nats.trace.dest']],
  ['T1, T2', { dest: 'a..>' }, ['T1 nats.trace.dest', 'T2 nats.trace.dest']],
  ['T3: over 100', { dest: 'a', sampling: 101 }, ['T3 nats.trace.sampling']],
  ['T3: below 0', { dest: 'a', sampling: -1 }, ['T3 nats.trace.sampling']],
])('trace: %s', (_, trace, expected) => {
  expect(judgeAccount({ trace })).toEqual(expected);
});

const scope = (key: string): Body => ({
  kind: 'user_scope',
  key,
  role: 'r',
  template: { pub: { allow: [' '] } },
});
test.each<[string, unknown[], string[]]>([
  ['plain and scoped', [accountKey, scope(keyOf(EXPORTER))], []],
  ['K1: an operator key', [keyOf(OPERATOR)], [`K1 nats.signing_keys["${keyOf(OPERATOR)}"]`]],
  ['K1: an empty one', [''], ['K1 nats.signing_keys[""]']],
  ['K2: a scope with a user key', [scope(userKey)], [`K2 nats.signing_keys["${userKey}"].key`]],
  ['a key that Go takes passes here', [SHORT_ACCOUNT_KEY, scope(sloppy(EXPORTER))], []],
  ['the identity itself', [accountKey], []],
])('signing keys: %s', (_, keys, expected) => {
  expect(judgeAccount({ signing_keys: keys })).toEqual(expected);
});

test.each<[string, Body, string[]]>([
  ['a description of 8192 bytes', { description: 'é'.repeat(4096) }, []],
  ['N1: one byte more', { description: `${'é'.repeat(4096)}x` }, ['N1 nats.description']],
  ['a URL of 8192 bytes', { info_url: `http://h/${'x'.repeat(8183)}` }, []],
  ['N2: one byte more', { info_url: `http://h/${'x'.repeat(8184)}` }, ['N2 nats.info_url']],
  ['N2, N3: too long and none', { info_url: 'x'.repeat(8193) }, ['N2 nats.info_url', 'N3 nats.info_url']],
  ['N3: no host', { info_url: 'http://' }, ['N3 nats.info_url']],
  ['N3: no scheme', { info_url: '//h' }, ['N3 nats.info_url']],
  ['an unusual URL', { info_url: 'a.b://h_o:80/ x' }, []],
  ['traffic of the owner', { cluster_traffic: 'owner' }, []],
  ['traffic of the system', { cluster_traffic: 'system' }, []],
  ['G1: of another', { cluster_traffic: 'Owner' }, ['G1 nats.cluster_traffic']],
  ['revocations are not looked at', { revocations: { nobody: -5 }, tags: ['', 'A b'] }, []],
])('the account itself: %s', (_, nats, expected) => {
  expect(judgeAccount(nats)).toEqual(expected);
});

test('all parts are judged, in the order of Go', () => {
  const found = judgeAccount(
    {
      limits: { ...OPEN_LIMITS, imports: 0, tiered_limits: { '': {} } },
      imports: [null],
      exports: [null],
      default_permissions: { sub: { allow: [''] } },
      mappings: { '': [] },
      authorization: { allowed_accounts: ['*'] },
      trace: {},
      signing_keys: [''],
      info_url: 'x',
      cluster_traffic: 'x',
    },
    { exp: 1 },
  );
  expect(found.map((issue) => issue.split(' ')[0])).toEqual([
    'C1',
    'I1',
    'X1',
    'L2',
    'P1',
    'M1',
    'Z1',
    'T1',
    'A1',
    'A2',
    'K1',
    'N3',
    'G1',
  ]);
});

test('text of a token is quoted, and cut', () => {
  const [issue] = issuesOf(accountJwt({ cluster_traffic: `"\n${'x'.repeat(1000)}` }));
  expect(issue?.description).toBe(
    `The cluster traffic "\\"\\n${'x'.repeat(98)}…" is neither "system" nor "owner".`,
  );
});
