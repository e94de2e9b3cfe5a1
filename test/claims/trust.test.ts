import { createAccount, createOperator } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { accountDidSign, operatorDidSign, validateScopedSigner } from '../../src/claims/did-sign.js';
import { hardeningIssues } from '../../src/claims/hardening.js';
import type { TrustedOperator } from '../../src/claims/jwt.js';
import { distrustOutline, trustAccount, trustOperator } from '../../src/claims/trust.js';
import type { AccountClaims, Claims, OperatorClaims } from '../../src/claims/types.js';
import { readAccountJwt, readOperatorJwt } from '../../src/claims/verify.js';
import type { Body } from '../support/mint.js';
import {
  ACCOUNT,
  accountJwt,
  activationJwt,
  EXPORTER,
  keyOf,
  NOW,
  OPERATOR,
  operatorJwt,
  read,
  sign,
  sloppy,
  userJwt,
} from './judged.js';
import { readVectors } from './verdicts.js';

interface TrustVector {
  readonly id: string;
  readonly note: string;
  readonly signer: 'operator' | 'account';
  readonly operator_jwt?: string;
  readonly operator?: {
    readonly subject: string;
    readonly signing_keys: readonly string[] | null;
    readonly strict_signing_key_usage: boolean;
    readonly did_sign_self: boolean;
  };
  readonly signer_account_jwt?: string;
  readonly account_jwt?: string;
  readonly claim_jwt?: string;
  readonly claim_kind: string;
  readonly did_sign: boolean;
  readonly scoped?: boolean;
  readonly scope_error?: string;
  readonly hardening?: readonly string[];
}

const vectors = readVectors<TrustVector>('trust.jsonl');
const claimsIn = (jwt: string | undefined): Claims => read(jwt ?? '').claims;

function operatorIn(jwt: string | undefined): OperatorClaims {
  const claims = claimsIn(jwt);
  if (claims.kind !== 'operator') throw new Error(claims.kind);
  return claims;
}

function accountIn(jwt: string | undefined): AccountClaims {
  const claims = claimsIn(jwt);
  if (claims.kind !== 'account') throw new Error(claims.kind);
  return claims;
}

describe('the verdicts of the Go library', () => {
  test('there are enough of them', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(150);
  });

  test.each(vectors.filter(({ signer }) => signer === 'operator'))('$id: $note', (vector) => {
    const operator = operatorIn(vector.operator_jwt);
    const claims = claimsIn(vector.account_jwt ?? vector.claim_jwt);
    expect(claims.kind).toBe(vector.claim_kind);
    expect(operatorDidSign(operator, claims)).toBe(vector.did_sign);
    expect(operatorDidSign(operator, operator)).toBe(vector.operator?.did_sign_self);
    expect(operator.sub).toBe(vector.operator?.subject);
    expect(operator.nats.signing_keys).toEqual(vector.operator?.signing_keys ?? []);
    expect(operator.nats.strict_signing_key_usage).toBe(vector.operator?.strict_signing_key_usage);
  });

  test.each(vectors.filter(({ signer }) => signer === 'account'))('$id: $note', (vector) => {
    const account = accountIn(vector.signer_account_jwt);
    const claims = claimsIn(vector.claim_jwt ?? vector.account_jwt);
    expect(claims.kind).toBe(vector.claim_kind);
    expect(accountDidSign(account, claims)).toBe(vector.did_sign);
    const scope = account.nats.signing_keys.get(claims.iss);
    expect(scope === undefined ? undefined : scope !== null).toBe(vector.scoped);
    if (scope) expect(validateScopedSigner(scope, claims) === undefined).toBe(vector.scope_error === '');
  });

  test.each(vectors.filter(({ hardening }) => hardening !== undefined))(
    '$id is refused: $hardening',
    (vector) => {
      const tokens = [vector.operator_jwt, vector.signer_account_jwt, vector.account_jwt, vector.claim_jwt];
      const rules = tokens.flatMap((jwt) => (jwt === undefined ? [] : hardeningIssues(read(jwt))));
      expect([...new Set(rules.map(({ rule }) => rule))]).toEqual(
        expect.arrayContaining([...(vector.hardening ?? [])]),
      );
    },
  );

  test('an operator that did not sign itself is not trusted', () => {
    const unsafe = vectors.filter(({ operator }) => operator?.did_sign_self === false);
    expect(unsafe.length).toBeGreaterThan(0);
    for (const { operator_jwt } of unsafe) {
      const jwt = readOperatorJwt(operator_jwt ?? '');
      expect(jwt.ok && trustOperator(jwt.value, NOW).ok).toBe(false);
    }
  });
});

describe('scoped signing keys', () => {
  const scope = accountIn(
    accountJwt({ signing_keys: [{ kind: 'user_scope', key: keyOf(ACCOUNT) }] }),
  ).nats.signing_keys.get(keyOf(ACCOUNT));
  const problemOf = (claims: Claims): string | undefined =>
    scope ? validateScopedSigner(scope, claims) : 'no scope';

  test('sign users without permissions of their own', () => {
    expect(problemOf(claimsIn(userJwt()))).toBeUndefined();
    expect(
      problemOf(claimsIn(userJwt({ pub: {}, resp: null, src: null, times_location: '', subs: 0 }))),
    ).toBeUndefined();
  });

  test.each<Body>([
    { pub: { allow: [] } },
    { pub: { deny: [] } },
    { sub: { allow: ['a'] } },
    { sub: { deny: ['a'] } },
    { resp: {} },
    { src: '' },
    { times: [] },
    { times_location: 'UTC' },
    { subs: -1 },
    { data: 1 },
    { payload: 1 },
    { bearer_token: true },
    { proxy_required: true },
    { allowed_connection_types: [] },
  ])('not with %j', (nats) => {
    expect(problemOf(claimsIn(userJwt(nats)))).toBe(
      'users of a scoped signing key have no permissions or limits of their own',
    );
  });

  test('not other claims, not for another key', () => {
    expect(problemOf(claimsIn(accountJwt()))).toBe('a scoped signing key signs users only');
    const other = createAccount();
    const user = sign({ iss: keyOf(other), nats: { type: 'user', version: 2 } }, other);
    expect(problemOf(claimsIn(user))).toBe('the issuer is not the scoped signing key');
  });
});

describe('operators', () => {
  const SIGNING_KEY = createOperator();
  const trust = (nats: Body, claims: Body = {}, signer = OPERATOR) => {
    const jwt = readOperatorJwt(operatorJwt(nats, claims, signer));
    if (!jwt.ok) throw new Error(jwt.problem.message);
    return trustOperator(jwt.value, NOW);
  };
  const rules = (...given: Parameters<typeof trust>): string[] => {
    const trusted = trust(...given);
    return trusted.ok ? [] : trusted.problem.map(({ rule }) => rule);
  };

  test('what is kept of one', () => {
    const nats = {
      signing_keys: [keyOf(SIGNING_KEY)],
      strict_signing_key_usage: true,
      system_account: keyOf(ACCOUNT),
    };
    const trusted = trust(nats, { name: 'acme' });
    expect(trusted).toMatchObject({
      ok: true,
      value: {
        key: keyOf(OPERATOR),
        name: 'acme',
        signingKeys: new Set([keyOf(SIGNING_KEY)]),
        strict: true,
        systemAccount: keyOf(ACCOUNT),
      },
    });
  });

  test('one without a system account', () => {
    const trusted = trust({});
    expect(trusted.ok && trusted.value.systemAccount).toBeUndefined();
    expect(trusted.ok && trusted.value.strict).toBe(false);
  });

  test('it signed itself, with its identity or a signing key that it names (H4)', () => {
    expect(rules({ signing_keys: [keyOf(SIGNING_KEY)] }, {}, SIGNING_KEY)).toEqual([]);
    expect(rules({}, {}, SIGNING_KEY)).toEqual(['H4']);
    expect(rules({}, { sub: keyOf(ACCOUNT) })).toContain('H4');
    expect(rules({}, { sub: '' })).toContain('H4');
  });

  test('expired or not yet valid it is trusted all the same', () => {
    expect(rules({}, { exp: NOW - 1 })).toEqual([]);
    expect(rules({}, { nbf: NOW + 1 })).toEqual([]);
  });

  test('errors and hardening count', () => {
    expect(rules({ system_account: 'x' })).toEqual(['O4']);
    expect(rules({ signing_keys: [sloppy(SIGNING_KEY)] })).toEqual(['H1']);
  });

  test('a line break in what is signed is an error (H12)', () => {
    const payload = Buffer.from(
      JSON.stringify({ iss: keyOf(OPERATOR), sub: keyOf(OPERATOR), nats: { type: 'operator', version: 2 } }),
    );
    const chunk = `${payload.subarray(0, 9).toString('base64url')}\n${payload.subarray(9).toString('base64url')}`;
    const header = Buffer.from('{"typ":"JWT","alg":"ed25519-nkey"}').toString('base64url');
    const signature = Buffer.from(OPERATOR.sign(Buffer.from(`${header}.${chunk}`))).toString('base64url');
    const jwt = readOperatorJwt(`${header}.${chunk}.${signature}`);
    if (!jwt.ok) throw new Error(jwt.problem.message);
    expect(trustOperator(jwt.value, NOW)).toMatchObject({ ok: false, problem: [{ rule: 'H12', path: '' }] });
  });
});

describe('accounts', () => {
  const SIGNING_KEY = createOperator();
  const operator = (nats: Body = {}): TrustedOperator => {
    const jwt = readOperatorJwt(operatorJwt({ signing_keys: [keyOf(SIGNING_KEY)], ...nats }));
    const trusted = jwt.ok && trustOperator(jwt.value, NOW);
    if (trusted === false || !trusted.ok) throw new Error('no operator');
    return trusted.value;
  };
  const LOOSE = operator();
  const STRICT = operator({ strict_signing_key_usage: true });

  const trust = (token: string, by: TrustedOperator = LOOSE) => {
    const jwt = readAccountJwt(token);
    if (!jwt.ok) throw new Error(jwt.problem.message);
    return trustAccount(by, jwt.value);
  };
  const codeOf = (token: string, by?: TrustedOperator): string => {
    const trusted = trust(token, by);
    return trusted.ok ? 'trusted' : trusted.problem.code;
  };

  test('what is kept of one: a summary, not the claims', () => {
    const token = accountJwt(
      {
        imports: [
          { account: keyOf(EXPORTER), subject: 'a', type: 'stream' },
          { account: keyOf(EXPORTER), subject: 'b', type: 'stream' },
          { account: 'x', subject: 'c', type: 'stream' },
        ],
      },
      { name: 'app', jti: 'J', iat: 5, exp: NOW, nbf: 7 },
    );
    expect(trust(`${token}\n`)).toEqual({
      ok: true,
      value: {
        text: token,
        accountKey: keyOf(ACCOUNT),
        issuerKey: keyOf(OPERATOR),
        name: 'app',
        issuedAtSeconds: 5,
        expiresAtSeconds: NOW,
        notBeforeSeconds: 7,
        exporters: [keyOf(EXPORTER)],
      },
    });
  });

  test.each([
    [9007199254740993n, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [-9007199254740993n, Number.MIN_SAFE_INTEGER, 0],
    [-1n, -1, 0],
  ])('times that go beyond what a number holds: %d', (time, issuedAt, limit) => {
    const token = accountJwt({}, { iat: 'T', exp: 'T', nbf: 'T' });
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url')
      .toString()
      .replaceAll('"T"', String(time));
    const trusted = trust(sign(payload, OPERATOR));
    if (!trusted.ok) throw new Error(trusted.problem.message);
    const { issuedAtSeconds, expiresAtSeconds, notBeforeSeconds } = trusted.value;
    expect([issuedAtSeconds, expiresAtSeconds, notBeforeSeconds]).toEqual([issuedAt, limit, limit]);
  });

  test('who signed', () => {
    const by = (signer: typeof OPERATOR, claims: Body = {}) => accountJwt({}, claims, signer);
    expect(codeOf(by(OPERATOR))).toBe('trusted');
    expect(codeOf(by(SIGNING_KEY))).toBe('trusted');
    expect(codeOf(by(SIGNING_KEY), STRICT)).toBe('trusted');
    expect(codeOf(by(OPERATOR), STRICT)).toBe('issuer_identity_key');
    expect(codeOf(by(createOperator()))).toBe('issuer_untrusted');
    expect(codeOf(by(createOperator()), STRICT)).toBe('issuer_untrusted');
    expect(codeOf(by(ACCOUNT))).toBe('self_signed');
    expect(codeOf(by(EXPORTER))).toBe('issuer_is_account');
  });

  test('the subject comes first (H3)', () => {
    for (const sub of ['', 'hello', keyOf(OPERATOR), 'AAASCEA', sloppy(ACCOUNT)]) {
      expect(codeOf(accountJwt({}, { sub }))).toBe('bad_subject');
      expect(codeOf(accountJwt({}, { sub }, createOperator()))).toBe('bad_subject');
    }
  });

  test('the issuer is this operator to the letter', () => {
    expect(codeOf(accountJwt({}, { iss: sloppy(OPERATOR) }))).toBe('issuer_untrusted');
  });

  test('errors and hardening count, time and warnings do not', () => {
    expect(codeOf(accountJwt({}, { exp: 1 }))).toBe('trusted');
    expect(codeOf(accountJwt({}, { nbf: 4_000_000_000 }))).toBe('trusted');
    expect(
      codeOf(accountJwt({ imports: [{ account: keyOf(EXPORTER), subject: 'a', to: 'b', type: 'stream' }] })),
    ).toBe('trusted');
    expect(codeOf(accountJwt({ exports: [{ subject: '', type: 'stream' }] }))).toBe('invalid');
    expect(codeOf(accountJwt({ exports: [{ subject: 'a\u0001', type: 'stream' }] }))).toBe('invalid');
  });

  test('a problem says what it is about, and how many more there are', () => {
    const one = trust(accountJwt({ cluster_traffic: 'x' }));
    if (one.ok) throw new Error('trusted');
    expect(one.problem.issues.map(({ rule }) => rule)).toEqual(['G1']);
    expect(one.problem.message).toBe(one.problem.issues[0]?.description);
    const two = trust(accountJwt({ cluster_traffic: 'x', exports: [{ type: 'stream' }] }));
    expect(!two.ok && two.problem.message).toMatch(/ \(and 1 more\)$/);
  });

  test('the outline alone gives the same answer about subject and issuer', () => {
    for (const signer of [OPERATOR, SIGNING_KEY, ACCOUNT, EXPORTER, createOperator()]) {
      for (const sub of [keyOf(ACCOUNT), 'x']) {
        for (const by of [LOOSE, STRICT]) {
          const outlined = distrustOutline(by, { iss: keyOf(signer), sub });
          expect(outlined?.code ?? 'trusted').toBe(codeOf(accountJwt({}, { sub }, signer), by));
        }
      }
    }
  });

  test('activations and users are signed by accounts', () => {
    const account = accountIn(accountJwt({ signing_keys: [keyOf(EXPORTER)] }));
    expect(accountDidSign(account, claimsIn(activationJwt({ issuer_account: keyOf(ACCOUNT) })))).toBe(true);
    expect(accountDidSign(account, claimsIn(activationJwt()))).toBe(false);
    expect(accountDidSign(account, claimsIn(userJwt()))).toBe(true);
  });
});
