import { createCurve } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { hardeningIssues } from '../../src/claims/hardening.js';
import { trustOperator } from '../../src/claims/trust.js';
import { readJwt, readOperatorJwt } from '../../src/claims/verify.js';
import { type Body, OPEN_LIMITS } from '../support/mint.js';
import {
  ACCOUNT,
  accountJwt,
  accountJwtV1,
  activationJwt,
  EXPORTER,
  harden,
  hardenAccount,
  keyOf,
  ODD_ACCOUNT_KEY,
  OPERATOR,
  operatorJwt,
  read,
  SERVER,
  SHORT_ACCOUNT_KEY,
  sign,
  signV1,
  sloppy,
  USER,
  userJwt,
} from './judged.js';
import { readVectors, tokenOf, type Verdict } from './verdicts.js';

test('the labels of all vectors', () => {
  const differing = readVectors<Verdict>('claims.jsonl').flatMap((verdict) => {
    const result = readJwt(tokenOf(verdict));
    if (!result.ok) return [];
    const ours = [...new Set(hardeningIssues(result.value).map(({ rule }) => rule))].sort();
    const labels = [...(verdict.hardening ?? [])].sort();
    return String(ours) === String(labels) ? [] : [`${verdict.id}: ${ours} instead of ${labels}`];
  });
  expect(differing).toEqual([]);
});

test('good tokens of every kind have nothing to refuse', () => {
  const nats = {
    imports: [{ subject: 'svc.a', account: keyOf(EXPORTER), type: 'service', token: activationJwt() }],
    exports: [
      { subject: 'a.*', type: 'service' },
      { subject: 'b', type: 'stream' },
    ],
    signing_keys: [keyOf(EXPORTER)],
    authorization: { auth_users: [keyOf(USER)], allowed_accounts: ['*'] },
    mappings: { a: [{ subject: 'b' }] },
    trace: { dest: 'a' },
  };
  for (const token of [accountJwt(nats), operatorJwt(), userJwt(), activationJwt()]) {
    expect(harden(token)).toEqual([]);
  }
});

describe('H1, H2: keys', () => {
  const longer = `${keyOf(ACCOUNT)}A`;
  const curve = createCurve();

  test.each<[string, Body, string[]]>([
    [
      'a signing key with a line end',
      { signing_keys: [sloppy(EXPORTER)] },
      [`H1 nats.signing_keys[${JSON.stringify(sloppy(EXPORTER))}]`],
    ],
    ['a short signing key', { signing_keys: [SHORT_ACCOUNT_KEY] }, ['H1 nats.signing_keys["AAASCEA"]']],
    [
      'the key of a scope',
      { signing_keys: [{ kind: 'user_scope', key: SHORT_ACCOUNT_KEY }] },
      ['H1 nats.signing_keys["AAASCEA"]'],
    ],
    ['a user', { authorization: { auth_users: [sloppy(USER)] } }, ['H1 nats.authorization.auth_users[0]']],
    [
      'an allowed account',
      { authorization: { auth_users: [keyOf(USER)], allowed_accounts: [longer] } },
      ['H1 nats.authorization.allowed_accounts[0]'],
    ],
    ['a curve key', { authorization: { xkey: sloppy(curve) } }, ['H1 nats.authorization.xkey']],
    ['odd bits', { signing_keys: [ODD_ACCOUNT_KEY] }, [`H2 nats.signing_keys["${ODD_ACCOUNT_KEY}"]`]],
    [
      'odd bits and a line end',
      { authorization: { auth_users: [keyOf(USER)], allowed_accounts: [`${ODD_ACCOUNT_KEY}\n`] } },
      ['H1 nats.authorization.allowed_accounts[0]', 'H2 nats.authorization.allowed_accounts[0]'],
    ],
    ['what Go does not take is its own rule', { signing_keys: ['hello', keyOf(OPERATOR), ''] }, []],
    ['keys that nobody checks', { revocations: { [sloppy(USER)]: 5 } }, []],
  ])('%s', (_, nats, expected) => {
    expect(hardenAccount(nats)).toEqual(expected);
  });

  test('the issuer', () => {
    expect(hardenAccount({}, { iss: sloppy(OPERATOR) })).toEqual(['H1 iss']);
    expect(hardenAccount({}, { iss: `${keyOf(OPERATOR)}AAA` })).toEqual(['H1 iss']);
  });

  test('an operator: signing keys and system account', () => {
    const nats = { signing_keys: [sloppy(OPERATOR)], system_account: SHORT_ACCOUNT_KEY };
    expect(harden(operatorJwt(nats))).toEqual(['H1 nats.signing_keys[0]', 'H1 nats.system_account']);
  });

  test('users and activations: the issuer account', () => {
    expect(harden(userJwt({ issuer_account: SHORT_ACCOUNT_KEY }))).toEqual(['H1 nats.issuer_account']);
    expect(harden(activationJwt({ issuer_account: ODD_ACCOUNT_KEY }))).toEqual(['H2 nats.issuer_account']);
  });

  test('requests and responses of an authorization service', () => {
    const request = { iss: keyOf(SERVER), nats: { type: 'authorization_request', user_nkey: sloppy(USER) } };
    expect(harden(sign({ ...request, nats: { ...request.nats, version: 2 } }, SERVER))).toEqual([
      'H1 nats.user_nkey',
    ]);
    const nats = { type: 'authorization_response', version: 2, jwt: 'x', issuer_account: SHORT_ACCOUNT_KEY };
    const response = { iss: keyOf(ACCOUNT), sub: sloppy(USER), aud: sloppy(SERVER), nats };
    expect(harden(sign(response, ACCOUNT))).toEqual(['H1 sub', 'H1 aud', 'H1 nats.issuer_account']);
  });

  test('a generic token: the issuer alone', () => {
    expect(harden(signV1({ iss: sloppy(USER), nats: {} }, USER))).toEqual(['H1 iss']);
  });
});

describe('H3, H4: whom a token is about', () => {
  test.each([undefined, '', 'hello', '../../etc/passwd', keyOf(USER), sloppy(ACCOUNT), SHORT_ACCOUNT_KEY])(
    'H3: account and activation for %j',
    (sub) => {
      expect(hardenAccount({}, { sub })).toEqual(['H3 sub']);
      expect(harden(activationJwt({}, { sub }))).toEqual(['H3 sub']);
    },
  );

  test('H4: an operator of another kind of key, or without', () => {
    expect(harden(operatorJwt({}, { sub: keyOf(ACCOUNT) }))).toEqual(['H4 sub']);
    expect(harden(operatorJwt({}, { sub: undefined }))).toEqual(['H4 sub']);
    expect(harden(operatorJwt({}, { sub: sloppy(OPERATOR) }))).toEqual(['H4 sub']);
  });
});

describe('H4: who signed an operator', () => {
  const other = 'OCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVYOCS';

  test.each<[string, Body, Body, string[]]>([
    ['itself', {}, {}, []],
    ['itself, being strict', { strict_signing_key_usage: true }, {}, []],
    ['a stranger', {}, { sub: other }, ['H4 sub']],
    ['one of its signing keys', { signing_keys: [keyOf(OPERATOR)] }, { sub: other }, []],
    [
      'a signing key of a strict one',
      { signing_keys: [keyOf(OPERATOR)], strict_signing_key_usage: true },
      { sub: other },
      [],
    ],
  ])('%s', (_, nats, claims, expected) => {
    expect(harden(operatorJwt(nats, claims))).toEqual(expected);
  });
});

describe('H5: null exports that make Go crash', () => {
  const exports = [null, { subject: 'a', type: 'stream' }, null];

  test('each is named where wildcards are looked for', () => {
    const found = ['H5 nats.exports[0]', 'H5 nats.exports[2]'];
    expect(hardenAccount({ limits: { exports: 5 }, exports })).toEqual(found);
    expect(hardenAccount({ limits: {}, exports })).toEqual(found);
    expect(harden(accountJwtV1({ exports }))).toEqual(found);
  });

  test('elsewhere Go survives', () => {
    expect(hardenAccount({ limits: OPEN_LIMITS, exports })).toEqual([]);
    expect(hardenAccount({ limits: { exports: 5, wildcards: true }, exports })).toEqual([]);
    expect(hardenAccount({ limits: { exports: -1 }, exports })).toEqual([]);
  });
});

test('H6: what decoding saw comes along', () => {
  const payload = JSON.stringify({ iss: keyOf(OPERATOR), sub: keyOf(ACCOUNT) }).slice(0, -1);
  const jwt = sign(`${payload},"name":"a","name":"b","nats":{"type":"account","Version":2}}`, OPERATOR);
  expect([...new Set(harden(jwt).map((issue) => issue.split(' ')[0]))]).toEqual(['H6']);
  expect(harden(jwt)).toHaveLength(2);
});

describe('H9: control characters in subjects', () => {
  const stream = { type: 'stream', account: keyOf(EXPORTER) };
  const bad = 'a\u0000b';

  test.each<[string, Body, string]>([
    ['an import', { imports: [{ ...stream, subject: bad }] }, 'nats.imports[0].subject'],
    ['an old local name', { imports: [{ ...stream, subject: 'a', to: bad }] }, 'nats.imports[0].to'],
    [
      'a local subject',
      { imports: [null, { ...stream, subject: 'a', local_subject: bad }] },
      'nats.imports[1].local_subject',
    ],
    ['an export', { exports: [null, { type: 'stream', subject: 'a\u007f' }] }, 'nats.exports[1].subject'],
    [
      'latency',
      { exports: [{ type: 'service', subject: 'a', service_latency: { results: 'a\t' } }] },
      'nats.exports[0].service_latency.results',
    ],
    ['a mapping', { mappings: { 'a\n': [] } }, 'nats.mappings["a\\n"]'],
    ['a target', { mappings: { a: [{ subject: 'b\u0085' }] } }, 'nats.mappings["a"][0].subject'],
    [
      'a permission',
      { default_permissions: { pub: { deny: ['a\r'] } } },
      'nats.default_permissions.pub.deny[0]',
    ],
    ['a trace', { trace: { dest: 'a\u009f' } }, 'nats.trace.dest'],
    [
      'a template',
      { signing_keys: [{ kind: 'user_scope', key: keyOf(EXPORTER), template: { sub: { allow: [bad] } } }] },
      `nats.signing_keys["${keyOf(EXPORTER)}"].template.sub.allow[0]`,
    ],
  ])('in %s', (_, nats, path) => {
    expect(hardenAccount(nats)).toEqual([`H9 ${path}`]);
  });

  test('in activations and users', () => {
    expect(harden(activationJwt({ subject: bad }))).toEqual(['H9 nats.subject']);
    expect(harden(userJwt({ sub: { deny: [bad] } }))).toEqual(['H9 nats.sub.deny[0]']);
  });

  test('not elsewhere, and not beyond the controls', () => {
    expect(
      hardenAccount({ description: bad, tags: [bad], exports: [{ type: 'stream', subject: 'é\u00a0 ~' }] }),
    ).toEqual([]);
  });
});

describe('activation tokens inside imports', () => {
  const entry = (token: string): Body => ({
    subject: 'svc.a',
    type: 'service',
    account: keyOf(EXPORTER),
    token,
  });

  test('are judged as tokens of their own', () => {
    const token = activationJwt({ subject: 'a\tb', issuer_account: SHORT_ACCOUNT_KEY }, { sub: 'x' });
    const jwt = accountJwt({ imports: [null, entry(activationJwt()), entry(token)] });
    expect(harden(jwt)).toEqual(['H1', 'H3', 'H9'].map((rule) => `${rule} nats.imports[2].token`));
    expect(hardeningIssues(read(jwt))[0]?.description).toBe(
      'At nats.issuer_account of the activation token: "AAASCEA" passes for a key in Go, but is not 56 letters A–Z and 2–7.',
    );
  });

  test('that cannot be read, or are no activation, are not', () => {
    const user = userJwt({ issuer_account: SHORT_ACCOUNT_KEY });
    expect(hardenAccount({ imports: [entry('hello'), entry(user), entry('')] })).toEqual([]);
  });
});

test('H12: a line break where it is signed cannot be taken away, so the token is not trusted', () => {
  const claims = { iss: keyOf(OPERATOR), sub: keyOf(OPERATOR), type: 'operator', nats: {} };
  const chunk = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const result = readOperatorJwt(signV1(`${chunk.slice(0, 8)}\n${chunk.slice(8)}`, OPERATOR));
  expect(result.ok && trustOperator(result.value, 0)).toMatchObject({
    ok: false,
    problem: [{ rule: 'H12' }],
  });
});
