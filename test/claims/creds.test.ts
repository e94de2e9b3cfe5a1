import { describe, expect, test } from 'vitest';
import { findUserCreds, findUserSeed } from '../../src/claims/creds.js';
import { ACCOUNT, accountJwt, keyOf, OPERATOR, USER, userJwt } from './judged.js';

const seedOf = (pair: typeof USER): string => new TextDecoder().decode(pair.getSeed());

const jwtBlock = (jwt: string): string =>
  `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n`;
const seedBlock = (seed: string): string =>
  `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;
const creds = (jwt: string, seed: string): Buffer => Buffer.from(`${jwtBlock(jwt)}\n${seedBlock(seed)}`);

describe('creds of a user', () => {
  test('token and seed, as they stand in the file', () => {
    const jwt = userJwt();
    expect(findUserCreds(creds(jwt, seedOf(USER)))).toEqual({
      ok: true,
      value: { jwt, seedText: seedOf(USER) },
    });
  });

  const ofAnother = seedOf(ACCOUNT).replace(/^SA/, 'SU');

  test.each([
    ['nothing', Buffer.alloc(0), 'holds no user JWT; make it with nsc generate creds'],
    ['a bare token', Buffer.from(userJwt()), 'holds no user JWT; make it with nsc generate creds'],
    ['no seed', Buffer.from(jwtBlock(userJwt())), /^cannot be used: /],
    ['a seed with a wrong checksum', creds(userJwt(), ofAnother), /^cannot be used: /],
    [
      'the seed of an account',
      creds(userJwt(), seedOf(ACCOUNT)),
      "holds the seed of an account; a user's is needed",
    ],
    [
      'a forged token',
      creds(userJwt().replace(/\.[^.]*$/, `.${'A'.repeat(86)}`), seedOf(USER)),
      'holds a user JWT that cannot be used: the signature is not by the key in iss',
    ],
    [
      'the token of an account',
      creds(accountJwt(), seedOf(USER)),
      "holds a JWT of type account; a user's is needed",
    ],
    [
      'a token of somebody else',
      creds(userJwt({}, { sub: keyOf(ACCOUNT) }), seedOf(USER)),
      'holds a seed that does not belong to its user JWT',
    ],
  ])('%s is refused, and nothing of it quoted', (_what, file, problem) => {
    const found = findUserCreds(file);
    expect(found).toMatchObject({ ok: false });
    const said = found.ok ? '' : found.problem;
    expect(said).toMatch(problem);
    for (const pair of [USER, ACCOUNT]) expect(said).not.toContain(seedOf(pair).slice(2, 12));
  });
});

describe('the seed of a user', () => {
  test.each([
    ['bare', seedOf(USER)],
    ['decorated', seedBlock(seedOf(USER))],
  ])('%s', (_how, text) => {
    expect(findUserSeed(Buffer.from(text))).toEqual({
      ok: true,
      value: { seedText: seedOf(USER), publicKey: keyOf(USER) },
    });
  });

  test.each([
    ['an account', seedOf(ACCOUNT)],
    ['an operator', seedOf(OPERATOR)],
  ])('not that of %s', (whose, seed) => {
    expect(findUserSeed(Buffer.from(seed))).toEqual({
      ok: false,
      problem: `holds the seed of ${whose}; a user's is needed`,
    });
  });

  test('none', () => {
    expect(findUserSeed(Buffer.from('SUAB\n'))).toMatchObject({ ok: false });
  });
});
