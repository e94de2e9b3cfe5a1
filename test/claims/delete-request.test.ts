import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { DELETE_REQUEST_SECONDS, readDeleteRequest } from '../../src/claims/delete-request.js';
import type { TrustedOperator } from '../../src/claims/jwt.js';
import { trustOperator } from '../../src/claims/trust.js';
import { readOperatorJwt } from '../../src/claims/verify.js';
import { type Body, type MintedOperator, mintOperator, sign } from '../support/mint.js';

const NOW = 1_800_000_000;
const account = createAccount().getPublicKey();
const system = createAccount().getPublicKey();

function trusted(operator: MintedOperator): TrustedOperator {
  const jwt = readOperatorJwt(operator.jwt);
  const result = jwt.ok ? trustOperator(jwt.value, NOW) : jwt;
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

/** A request as nsc makes it: issuer and subject are one operator key, no type. */
function request(
  operator: MintedOperator,
  changes: { claims?: Body; nats?: Body } = {},
  signer = operator.identity,
): string {
  const key = signer.getPublicKey();
  const nats = { accounts: [account], version: 2, ...changes.nats };
  return sign({ iat: NOW, iss: key, jti: 'J', sub: key, ...changes.claims, nats }, signer);
}

describe('a delete request', () => {
  const operator = mintOperator({ systemAccount: system, signingKeys: 1 });

  test('by the operator is read, by its identity or a signing key', () => {
    const value = { accounts: [account], issuer: operator.key, jti: 'J', issuedAtSeconds: NOW };
    expect(readDeleteRequest(request(operator), trusted(operator), NOW)).toEqual({ ok: true, value });
    const [signingKey] = operator.signingKeys;
    expect(readDeleteRequest(request(operator, {}, signingKey), trusted(operator), NOW)).toEqual({
      ok: true,
      value: { ...value, issuer: signingKey?.getPublicKey() },
    });
  });

  test('with an empty list is accepted, as nats-server does', () => {
    expect(readDeleteRequest(request(operator, { nats: { accounts: [] } }), trusted(operator), NOW).ok).toBe(
      true,
    );
  });

  test('by the identity key of a strict operator is refused', () => {
    const strict = mintOperator({ strict: true, signingKeys: 1 });
    const result = readDeleteRequest(request(strict), trusted(strict), NOW);
    expect(result).toMatchObject({ ok: false, problem: expect.stringContaining('not trusted') });
  });

  test.each<[string, { claims?: Body; nats?: Body }, RegExp]>([
    ['about somebody else', { claims: { sub: system } }, /not self signed/],
    ['without accounts', { nats: { accounts: undefined } }, /malformed/],
    ['with a text for accounts', { nats: { accounts: account } }, /malformed/],
    ['with one that is no account key', { nats: { accounts: [account, 'AB'] } }, /malformed/],
    ['with a number', { nats: { accounts: [1] } }, /malformed/],
    ['for the system account', { nats: { accounts: [account, system] } }, /system account/],
    ['H10: expired', { claims: { exp: NOW - 1 } }, /expired/],
    ['H10: not yet valid', { claims: { nbf: NOW + 1 } }, /valid/],
    ['H10: issued too long ago', { claims: { iat: NOW - DELETE_REQUEST_SECONDS - 1 } }, /301 s ago/],
    [
      'H10: issued in the future',
      { claims: { iat: NOW + DELETE_REQUEST_SECONDS + 1 } },
      /301 s in the future/,
    ],
    ['H10: without a time', { claims: { iat: 0 } }, /ago/],
  ])('%s is refused', (_, changes, reason) => {
    const result = readDeleteRequest(request(operator, changes), trusted(operator), NOW);
    expect(result).toMatchObject({ ok: false, problem: expect.stringMatching(reason) });
  });

  test('by another operator, with a name twice (H6), or as garbage is refused', () => {
    const stranger = request(mintOperator());
    expect(readDeleteRequest(stranger, trusted(operator), NOW)).toMatchObject({ ok: false });
    const key = operator.key;
    const twice = sign(
      `{"iat":${NOW},"iss":"${key}","sub":"${key}","sub":"${key}","nats":{"accounts":[]}}`,
      operator.identity,
    );
    expect(readDeleteRequest(twice, trusted(operator), NOW)).toMatchObject({ ok: false });
    expect(readDeleteRequest('garbage', trusted(operator), NOW)).toMatchObject({ ok: false });
  });
});
