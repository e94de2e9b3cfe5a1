import { createHash } from 'node:crypto';
import {
  createAccount,
  createCluster,
  createCurve,
  createOperator,
  createServer,
  createUser,
  type KeyPair,
} from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { decodeJwt } from '../../src/claims/decode.js';
import { crc16 } from '../../src/claims/keys.js';
import { readAccountJwt, readJwt, readOperatorJwt, readOutline, verifyJwt } from '../../src/claims/verify.js';
import { type Body, sign as signSlowly } from '../support/mint.js';
import {
  ACCOUNT,
  accountJwt,
  accountJwtV1,
  keyOf,
  OPERATOR,
  operatorJwt,
  sign,
  signV1,
  USER,
  userJwt,
} from './judged.js';

const V2_ACCOUNT =
  'eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJpYXQiOjE3MDAwMDAwMDAsImlzcyI6Ik9DRklSWTY1T1FFN0RGUDVLTE5TMlBGMkxWWk1VWllKWDRPWklFUTM2TjJJUUFOVUI1WFZZT0NTIiwibmFtZSI6Ilpvw6siLCJzdWIiOiJBQ0FUUzVZT1ZCNlJPWDJXVU5LR05RMk1QM0dNWERNS1NHMk80TjVDTFgzQTZXNFBaR1paSUwyUiIsIm5hdHMiOnsidHlwZSI6ImFjY291bnQiLCJ2ZXJzaW9uIjoyfX0.ETipO8u8VKS2omV_Lyi1bNtA-YofhqMHgoboj3jxFpzZh2zD6Bq0y915voo5KMNABlVhNggS1yjbmADjK8JICQ';
const V1_ACCOUNT =
  'eyJ0eXAiOiJqd3QiLCJhbGciOiJlZDI1NTE5In0.eyJpYXQiOjE3MDAwMDAwMDAsImlzcyI6Ik9DRklSWTY1T1FFN0RGUDVLTE5TMlBGMkxWWk1VWllKWDRPWklFUTM2TjJJUUFOVUI1WFZZT0NTIiwic3ViIjoiQUNBVFM1WU9WQjZST1gyV1VOS0dOUTJNUDNHTVhETUtTRzJPNE41Q0xYM0E2VzRQWkdaWklMMlIiLCJ0eXBlIjoiYWNjb3VudCIsIm5hdHMiOnt9fQ.eP1jeMWbEiIFOSLRbD4AbJIku7lw05pqcEJAR2Q258JNf2A3784wTEcCkV-bZcae5qWjOYQQSAHbF1Yu1FV3Bg';

type Input = string | Uint8Array;

/** What reading comes to, when decoding and verifying at once and one after the other agree. */
function outcome(input: Input): string {
  const decoded = decodeJwt(input);
  const apart = decoded.ok ? verifyJwt(decoded.value) : decoded;
  const read = readJwt(input);
  expect(read.ok).toBe(apart.ok);
  return read.ok ? read.value.claims.kind : `${read.problem.step}: ${read.problem.message}`;
}

const FORGED = 'signature: the signature is not by the key in iss';

describe('signatures', () => {
  test('tokens that Go has made', () => {
    expect(outcome(V2_ACCOUNT)).toBe('account');
    expect(outcome(V1_ACCOUNT)).toBe('account');
    const read = readJwt(V2_ACCOUNT);
    expect(read.ok && read.value.claims.name).toBe('Zo\u00eb');
  });

  test('tokens that nkeys.js has signed', () => {
    const claims = { iss: keyOf(OPERATOR), nats: { type: 'account', version: 2 } };
    expect(outcome(signSlowly(claims, OPERATOR))).toBe('account');
  });

  test('every byte of what is signed counts, in version 2 the header too', () => {
    const [head = '', payload = '', signature = ''] = accountJwt().split('.');
    const otherHead = Buffer.from('{"alg":"ed25519-nkey","typ":"JWT"}').toString('base64url');
    expect(outcome(`${otherHead}.${payload}.${signature}`)).toBe(FORGED);
    expect(outcome(`\n${head}.${payload}.${signature}`)).toBe(FORGED);
    expect(outcome(`${head}.${payload}\n.${signature}`)).toBe(FORGED);
    const [oldHead = '', ...rest] = accountJwtV1({}).split('.');
    expect(outcome([otherHead, ...rest].join('.'))).toBe('account');
    expect(outcome([`\n${oldHead}`, ...rest].join('.'))).toBe('account');
  });

  test('the claims tell the form, whatever alg says', () => {
    const old = { iss: keyOf(OPERATOR), type: 'account' };
    expect(outcome(sign(old, OPERATOR))).toBe(FORGED);
    const [, payload = '', signature = ''] = signV1(old, OPERATOR).split('.');
    const newHead = Buffer.from('{"typ":"JWT","alg":"ed25519-nkey"}').toString('base64url');
    expect(outcome(`${newHead}.${payload}.${signature}`)).toBe('account');
  });

  test('spellings of one signature: line ends and unused bits', () => {
    const token = accountJwt();
    const last = token.charCodeAt(token.length - 1);
    const spare = String.fromCharCode(last + (last === 0x5a ? 7 : 1));
    expect(outcome(`${token}\r\n`)).toBe('account');
    expect(['account', FORGED]).toContain(outcome(token.slice(0, -1) + spare));
    expect(outcome(`${token} `)).toBe('signature: the signature is not base64url');
    expect(outcome(`${token}==`)).toBe('signature: the signature is not base64url');
  });

  test.each([
    ['none', ''],
    ['short', 'AAAA'],
    ['zeros', 'A'.repeat(86)],
    ['a byte too long', 'A'.repeat(87)],
  ])('%s', (_what, signature) => {
    const [head, payload] = accountJwt().split('.');
    expect(outcome(`${head}.${payload}.${signature}`)).toBe(FORGED);
  });

  test('S + L in place of S is refused: one signature, one value', () => {
    const [head, payload, chunk = ''] = accountJwt().split('.');
    const signature = Buffer.from(chunk, 'base64url');
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order;
    const malleable = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
    const other = Buffer.concat([signature.subarray(0, 32), malleable]).toString('base64url');
    expect(outcome(`${head}.${payload}.${other}`)).toBe(FORGED);
  });

  test.each(['', 'x', 'AAASCEA', `${keyOf(ACCOUNT)}AA`, new TextDecoder().decode(OPERATOR.getSeed())])(
    'the issuer %j is no key',
    (iss) => {
      expect(outcome(sign({ iss, nats: { type: 'account', version: 2 } }, OPERATOR))).toBe(
        'signature: the issuer (iss) is no public nkey',
      );
    },
  );

  test('an issuer that only Go takes for a key verifies; hardening has its say later', () => {
    expect(
      outcome(sign({ iss: `${keyOf(OPERATOR)}\n`, nats: { type: 'account', version: 2 } }, OPERATOR)),
    ).toBe('account');
  });
});

describe('who may sign what', () => {
  const pairs: Record<string, KeyPair> = {
    O: OPERATOR,
    A: ACCOUNT,
    U: createUser(),
    N: createServer(),
    C: createCluster(),
  };

  test.each([
    ['operator', 'O'],
    ['account', 'OA'],
    ['user', 'A'],
    ['activation', 'OA'],
    ['authorization_request', 'N'],
    ['authorization_response', 'A'],
  ])('%s: %s', (type, letters) => {
    for (const [letter, pair] of Object.entries(pairs)) {
      const token = sign({ iss: keyOf(pair), nats: { type, version: 2 } }, pair);
      if (letters.includes(letter)) expect(outcome(token)).toBe(type);
      else
        expect(outcome(token)).toMatch(
          new RegExp(`^issuer: ${type} tokens are signed by .* keys, this one by a `),
        );
    }
  });

  test('generic tokens: anyone', () => {
    for (const pair of Object.values(pairs)) {
      expect(outcome(signV1({ iss: keyOf(pair), nats: {} }, pair))).toBe('generic');
    }
  });
});

describe('reading one type', () => {
  test('the type that is wanted', () => {
    const account = readAccountJwt(accountJwt());
    const operator = readOperatorJwt(operatorJwt());
    expect(account.ok && account.value.claims.kind).toBe('account');
    expect(operator.ok && operator.value.claims.kind).toBe('operator');
  });

  test('another one', () => {
    const user = { ok: false, problem: { step: 'kind', message: 'the token is of type user, not account' } };
    expect(readAccountJwt(userJwt())).toEqual(user);
    const account = {
      ok: false,
      problem: { step: 'kind', message: 'the token is of type account, not operator' },
    };
    expect(readOperatorJwt(accountJwt())).toEqual(account);
  });

  test('none', () => {
    expect(readAccountJwt('').ok).toBe(false);
    expect(readOperatorJwt('').ok).toBe(false);
  });
});

describe('the outline', () => {
  test('issuer and subject of a token whose signature holds', () => {
    expect(readOutline(accountJwt())).toMatchObject({
      ok: true,
      value: { iss: keyOf(OPERATOR), sub: keyOf(ACCOUNT) },
    });
  });

  test('nothing of others', () => {
    expect(readOutline(accountJwt().slice(0, -9))).toMatchObject({
      ok: false,
      problem: { step: 'signature' },
    });
    expect(readOutline('')).toMatchObject({ ok: false, problem: { step: 'chunks' } });
  });

  test('is read before the rest: claims that do not decode do not show in it', () => {
    const token = accountJwt({ exports: 5 });
    expect(readOutline(token).ok).toBe(true);
    expect(outcome(token)).toBe('payload: nats.exports must be an array, found number 5');
  });
});

describe('small tokens are read before their signature is checked, large ones after it', () => {
  const filled = (nats: Body, fill: number): string => accountJwt({ ...nats, x: 'x'.repeat(fill) });
  const forged = (token: string): string => accountJwt().replace(/\.[^.]*\./, `.${token.split('.')[1]}.`);
  const sizes = [0, 5_000, 10_000, 100_000];

  test.each(sizes)('with %i bytes more the verdict is the same', (fill) => {
    expect(outcome(filled({}, fill))).toBe('account');
    expect(outcome(forged(filled({}, fill)))).toBe(FORGED);
    expect(outcome(filled({ exports: 5 }, fill))).toBe(
      'payload: nats.exports must be an array, found number 5',
    );
    expect(outcome(userJwt({ x: 'x'.repeat(fill) }))).toBe('user');
    expect(outcome(accountJwt({ x: 'x'.repeat(fill) }, { iss: keyOf(USER) }, USER))).toMatch(/^issuer: /);
  });

  test('of two faults a small token tells the one that Go tells', () => {
    expect(outcome(forged(filled({ exports: 5 }, 0)))).toMatch(/^payload: /);
    expect(outcome(forged(filled({ exports: 5 }, 100_000)))).toBe(FORGED);
  });

  test('what a forged token of 1 MiB costs in memory is a few copies of it', () => {
    const token = Buffer.from(forged(filled({}, 780_000)));
    const { arrayBuffers: before } = process.memoryUsage();
    for (let i = 0; i < 3; i++) expect(readJwt(token).ok).toBe(false);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 2 ** 20);
  });
});

test('ever new issuers are no burden: old keys make room, and come back', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const issuer = (n: number): string => {
    const bytes = Buffer.concat([
      Buffer.from([0]),
      createHash('sha256').update(String(n)).digest(),
      Buffer.alloc(2),
    ]);
    bytes.writeUInt16LE(crc16(bytes, 33), 33);
    const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    return bits.replace(/.{5}/g, (five) => letters.charAt(Number.parseInt(five, 2)));
  };
  for (let n = 0; n < 1100; n++) {
    const token = sign({ iss: issuer(n), nats: { type: 'account', version: 2 } }, OPERATOR);
    expect(readJwt(token).ok).toBe(false);
  }
  expect(outcome(accountJwt())).toBe('account');
  for (const make of [createOperator, createAccount]) {
    const pair = make();
    expect(outcome(accountJwt({}, { iss: keyOf(pair) }, pair))).toBe('account');
  }
  expect(outcome(sign({ iss: keyOf(createCurve()), nats: {} }, OPERATOR))).toBe(FORGED);
});

test('the text that is kept has its signature in one spelling, whichever came', () => {
  const token = accountJwt();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.slice(-1));
  for (let bits = 0; bits < 16; bits++) {
    const spelling = token.slice(0, -1) + alphabet[last ^ bits];
    expect(readJwt(spelling)).toMatchObject({ ok: true, value: { text: token } });
  }
});

test('of version 1, whose header nobody signs, the text that is kept has one of the headers that libraries write', () => {
  const token = signV1({ iss: keyOf(OPERATOR), sub: keyOf(ACCOUNT), type: 'account', nats: {} }, OPERATOR);
  const [header, ...signed] = token.split('.');
  expect(readJwt(token)).toMatchObject({ ok: true, value: { text: token } });
  for (const spelling of [
    '{"alg":"ed25519","typ":"jwt"}',
    ' {"typ":"JwT","alg":"ED25519","x":1}\n',
    '{"typ":"jwt","alg":"ed25519"}\n',
  ]) {
    const respelt = [Buffer.from(spelling).toString('base64url'), ...signed].join('.');
    expect(readJwt(respelt)).toMatchObject({ ok: true, value: { text: [header, ...signed].join('.') } });
  }
});
