import fc from 'fast-check';
import { createAccount, createCurve, createOperator, createServer, createUser, type KeyPair } from 'nkeys.js';
import { describe, expect, it } from 'vitest';
import { REDACTED, scrub } from '../../src/observability/scrubber.js';
import { mintAccount, mintCreds, mintOperator, sign } from '../support/mint.js';

const seedOf = (pair: KeyPair): string => new TextDecoder().decode(pair.getSeed());

describe('scrub', () => {
  const operator = mintOperator();
  const account = mintAccount(operator);
  const creds = mintCreds(account);
  const [, userJwt = ''] = creds.split('\n');

  it.each([
    ['operator', createOperator()],
    ['account', createAccount()],
    ['user', createUser()],
    ['server', createServer()],
    ['curve', createCurve()],
  ])('masks the seed of an %s', (_kind, pair) => {
    const seed = seedOf(pair);
    expect(scrub(`key${seed}, ${seed}`)).toBe(`key${REDACTED}, ${REDACTED}`);
    expect(scrub(`"${seed.slice(0, 56)}…", ${seed.slice(0, 40)}`)).toBe(`"${REDACTED}…", ${REDACTED}`);
  });

  it('leaves public keys and public JWTs readable', () => {
    const text = `account ${account.key} of ${operator.key}: ${account.jwt} ${operator.jwt}`;
    expect(scrub(text)).toBe(text);
  });

  it('masks user JWTs, and tokens of unknown kinds', () => {
    const activation = sign({ sub: account.key, nats: { type: 'activation' } }, account.identity);
    const legacyUser = sign({ type: 'user', nats: {} }, account.identity);
    for (const token of [userJwt, activation, legacyUser, 'eyJhbGciOiJub25lIn0.bm90LWpzb24tYXQtYWxs.c2ln']) {
      expect(scrub(`got "${token}" from`)).toBe(`got "${REDACTED}" from`);
    }
  });

  it('masks a creds file, whether as text or quoted in JSON', () => {
    const [seed = ''] = /SU[A-Z2-7]{56}/.exec(creds) ?? [];
    const quotedTwice = JSON.stringify({ msg: JSON.stringify({ text: creds }) });
    for (const text of [creds, JSON.stringify({ text: creds }), quotedTwice]) {
      expect(scrub(text)).not.toContain(seed);
      expect(scrub(text)).not.toContain(userJwt);
    }
  });

  it.each([
    ['nats://nsc:hunter2@host:4222', `nats://${REDACTED}@host:4222`],
    ['nats://s3cr3t-token@host, tls://a:b@c', `nats://${REDACTED}@host, tls://${REDACTED}@c`],
    ['http://user:p@ss@host/jwt/v1/', `http://${REDACTED}@host/jwt/v1/`],
    ['http://localhost:9090/jwt/v1/accounts/', 'http://localhost:9090/jwt/v1/accounts/'],
    ['Authorization: Bearer abc.def-123', `Authorization: Bearer ${REDACTED}`],
    ['authorization: basic bnNjOmh1bnRlcjI=', `authorization: basic ${REDACTED}`],
    ['basic authentication is off', 'basic authentication is off'],
    ['a bearer token is needed', 'a bearer token is needed'],
    ['password=hunter2&a=1', `password=${REDACTED}&a=1`],
    ['{"a":{"password":"x\\"y","b":1}}', `{"a":{"password":"${REDACTED}","b":1}}`],
    ['{"pushToken":"x","cookie":["a","b"]}', `{"pushToken":"${REDACTED}","cookie":"${REDACTED}"}`],
    [
      '{"msg":"cannot read {\\"password\\":\\"x\\"}"}',
      `{"msg":"cannot read {\\"password\\":\\"${REDACTED}\\"}"}`,
    ],
    ['-----BEGIN PRIVATE KEY-----\\nMIG\\n-----END PRIVATE KEY-----', REDACTED],
  ])('%s', (text, masked) => {
    expect(scrub(text)).toBe(masked);
  });

  it('keeps a line of JSON readable as JSON, whatever it says', () => {
    const secretWord = fc.constantFrom(
      'password',
      'Bearer abcdefgh',
      '://u:p@',
      'token=',
      'eyJ',
      '"',
      '\\',
      '.',
    );
    const text = fc.array(fc.oneof(secretWord, fc.string())).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(secretWord, fc.string()), text), (facts) => {
        const line = JSON.stringify(facts);
        expect(Object.keys(JSON.parse(scrub(line))).length).toBeLessThanOrEqual(Object.keys(facts).length);
      }),
    );
  });

  it.each(['eyJ', 'a.', '"token":"', '://', 'SA', '\\"', '-----BEGIN PRIVATE KEY-----', 'Bearer '])(
    'takes linear time over a repeated %s',
    (part) => {
      const timeOf = (length: number): number => {
        const text = part.repeat(length / part.length);
        const start = process.cpuUsage();
        scrub(text);
        return process.cpuUsage(start).user / 1_000;
      };
      timeOf(10_000);
      // A quadratic search takes seconds for this; a linear one a few milliseconds.
      expect(timeOf(300_000)).toBeLessThan(2_000);
    },
  );
});
