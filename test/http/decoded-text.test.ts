import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { decodedText } from '../../src/http/decoded-text.js';
import { mintAccount, mintOperator, sign } from '../support/mint.js';

const operator = mintOperator();

/** The claims part of the text, for claims given as they are. */
function shownClaims(claims: object): string {
  const decoded = decodedText(sign(claims as Record<string, unknown>, operator.identity));
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded.value.split('\n\r\n')[1] ?? '';
}

describe('a token for people to read', () => {
  test('header, claims and signature, apart', () => {
    const { jwt } = mintAccount(operator, { name: 'Zoë <&>', iat: 1_700_000_000, exp: 4_000_000_000 });
    const decoded = decodedText(jwt);
    const [header, claims, signature] = decoded.ok ? decoded.value.split('\n\r\n') : [];
    expect(header).toBe('{\n    "typ": "JWT",\n    "alg": "ed25519-nkey"\n}');
    expect(claims).toMatch(
      /^\{\n {4}"exp": 4000000000 \(2096-10-02\),\n {4}"iat": 1700000000 \(2023-11-14\),\n/,
    );
    expect(claims).toContain(
      '    "name": "Zoë <&>",\n    "nats": {\n        "limits": {\n            "conn": -1,',
    );
    expect(signature).toBe(jwt.split('.')[2]);
  });

  test.each([
    [0, '0 ()'],
    [1, '1 (1970-01-01)'],
    [-1, '-1 (1969-12-31)'],
    [-62_200_000_000, '-62200000000 (-0002-12-17)'],
    [253_402_300_800, '253402300800 (10000-01-01)'],
    [9_000_000_000_000_000, '9000000000000000 ()'],
    [1.5, '1.5'],
    ['soon', '"soon"'],
  ])('the date of %s', (exp, shown) => {
    expect(shownClaims({ exp, z: 1 })).toBe(`{\n    "exp": ${shown},\n    "z": 1\n}`);
  });

  test('activation tokens of imports are decoded in place, what is none is said to be bad', () => {
    const exporter = createAccount();
    const importer = createAccount().getPublicKey();
    const nats = { subject: 'a.b', kind: 'stream', type: 'activation', version: 2, tags: ['t'] };
    const token = sign(
      { jti: 'J', iat: 1_700_000_000, sub: importer, iss: exporter.getPublicKey(), nats },
      exporter,
    );
    expect(shownClaims({ nats: { imports: [{ token, type: 'stream' }] } })).toContain(`
                "token": {
                    "jti": "J",
                    "iat": 1700000000 (2023-11-14),
                    "iss": "${exporter.getPublicKey()}",
                    "sub": "${importer}",
                    "nats": {
                        "subject": "a.b",
                        "kind": "stream",
                        "tags": [
                            "t"
                        ],
                        "type": "activation",
                        "version": 2
                    }
                },
                "type": "stream"
`);
    const { jwt } = mintAccount(operator);
    expect(shownClaims({ nats: { token: jwt, x: 1 } })).toContain(
      '"token": <bad token - not activation claim>,',
    );
    expect(shownClaims({ nats: { token: '', x: 1 } })).toMatch(/"token": <bad token - [^>]+>,/);
  });

  test('a text full of quotes takes no longer than another', () => {
    const startedMs = performance.now();
    const token = '"'.repeat(100_000);
    expect(shownClaims({ nats: { token, x: 1 }, z: { token } })).toContain('<bad token');
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test.each(['', 'x', 'a.b.c', `${operator.jwt.split('.')[0]}.!.x`])('no token at all: %j', (text) => {
    expect(decodedText(text)).toMatchObject({ ok: false, problem: expect.stringMatching(/./) });
  });
});
