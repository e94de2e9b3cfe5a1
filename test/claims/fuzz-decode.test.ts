import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeJwt } from '../../src/claims/decode.js';
import { findSeed, undecorateJwt } from '../../src/claims/decorated.js';
import { decodeGeneric } from '../../src/claims/generic.js';
import { hardeningIssues } from '../../src/claims/hardening.js';
import { trustAccount, trustOperator } from '../../src/claims/trust.js';
import { validate } from '../../src/claims/validate.js';
import { readJwt, readOperatorJwt, readOutline, verifyJwt } from '../../src/claims/verify.js';
import { ACCOUNT, keyOf, NOW, OPERATOR, operatorJwt, sign, signV1 } from './judged.js';
import { RUNS } from './runs.js';
import { readVectors, tokenOf, type Verdict } from './verdicts.js';

const trusted = (() => {
  const jwt = readOperatorJwt(operatorJwt());
  const operator = jwt.ok && trustOperator(jwt.value, NOW);
  if (operator === false || !operator.ok) throw new Error('no operator');
  return operator.value;
})();

/** Everything that the room does with a token; whatever the input, nothing of it may throw. */
function judgeAnything(input: string | Uint8Array): void {
  const read = readJwt(input);
  const decoded = decodeJwt(input);
  const apart = decoded.ok ? verifyJwt(decoded.value) : decoded;
  expect(apart.ok).toBe(read.ok);
  const outline = readOutline(input);
  if (read.ok) expect(outline.ok).toBe(true);
  decodeGeneric(input);
  if (!read.ok) return;
  validate(read.value.claims, NOW);
  hardeningIssues(read.value);
  // The text that is kept is as good a token as the one that came.
  expect(readJwt(read.value.text)).toMatchObject({ ok: true, value: { text: read.value.text } });
  const { claims } = read.value;
  if (claims.kind === 'account') trustAccount(trusted, { ...read.value, claims });
}

const property = <T>(arbitrary: fc.Arbitrary<T>, judge: (value: T) => void, share = 1): void =>
  fc.assert(fc.property(arbitrary, judge), { numRuns: Math.ceil(RUNS * share) });

const tokens = readVectors<Verdict>('claims.jsonl')
  .map(tokenOf)
  .filter((token) => token.length > 0 && token.length < 5000)
  .map((token) => Buffer.from(token));

const oddBytes = fc.constantFrom(...Buffer.from('.=-_+/ \n\r\tA{}[]",:\\\0\x7f\xff'));

describe('no input makes anything throw', () => {
  test('any bytes', () => {
    property(fc.uint8Array({ maxLength: 200 }), judgeAnything);
    property(fc.string({ unit: 'binary', maxLength: 200 }), judgeAnything);
  });

  test('tokens of the vectors with bytes changed, put in, taken out', () => {
    const mutation = fc.tuple(
      fc.nat(),
      fc.oneof(oddBytes, fc.nat(255)),
      fc.constantFrom('change', 'put in', 'take out', 'cut'),
    );
    property(
      fc.tuple(fc.constantFrom(...tokens), fc.array(mutation, { minLength: 1, maxLength: 3 })),
      ([token, mutations]) => {
        let bytes = token;
        for (const [position, byte, kind] of mutations) {
          const at = position % (bytes.length + 1);
          const rest = bytes.subarray(kind === 'put in' ? at : at + 1);
          const middle = kind === 'take out' || kind === 'cut' ? [] : [byte];
          bytes = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from(middle),
            kind === 'cut' ? Buffer.alloc(0) : rest,
          ]);
        }
        judgeAnything(bytes);
      },
    );
  });

  test('payloads of the vectors with values replaced, signed again', () => {
    const payloads = tokens.flatMap((token) => {
      const decoded = decodeJwt(token);
      return decoded.ok ? [Buffer.from(token.toString().split('.')[1] ?? '', 'base64url').toString()] : [];
    });
    const value = fc.oneof(
      fc.json({ maxDepth: 2 }),
      fc.constantFrom(
        'null',
        '1.0',
        '1e400',
        '-0',
        '9223372036854775808',
        '"stream"',
        '{"kind":"user_scope"}',
      ),
    );
    const issuer = /"iss":"[^"]*"/;
    property(
      fc.tuple(fc.constantFrom(...payloads), fc.nat(), value, fc.boolean()),
      ([payload, position, other, old]) => {
        const values = [
          ...payload.matchAll(/"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null|\{\}|\[\]/g),
        ];
        const chosen = values[position % values.length];
        if (chosen === undefined) return;
        const changed =
          payload.slice(0, chosen.index) + other + payload.slice(chosen.index + chosen[0].length);
        const text = changed.replace(issuer, `"iss":"${keyOf(OPERATOR)}"`);
        judgeAnything(old ? signV1(Buffer.from(text).toString('base64url'), OPERATOR) : sign(text, OPERATOR));
      },
    );
  });

  test('accounts of arbitrary content', () => {
    const names = [
      'imports',
      'exports',
      'limits',
      'signing_keys',
      'revocations',
      'mappings',
      'trace',
      'authorization',
      'default_permissions',
      'info_url',
    ];
    const nats = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }));
    property(nats, (body) => {
      const claims = {
        iss: keyOf(OPERATOR),
        sub: keyOf(ACCOUNT),
        nats: { ...body, type: 'account', version: 2 },
      };
      judgeAnything(sign(claims, OPERATOR));
    });
  });

  test('decorated text of any kind', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '-----BEGIN NATS USER JWT-----',
        '------',
        '---',
        '--',
        '',
        ' ',
        '\r',
        'a.b.c',
        'SUAA',
        ' SO',
      ),
      fc.string({ maxLength: 70 }),
    );
    property(fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '')), { maxLength: 8 }), (lines) => {
      const input = Buffer.from(lines.flat().join(''));
      const jwt = undecorateJwt(input);
      if (jwt !== input) expect(Buffer.from(jwt).toString()).toMatch(/^[\w.=-]+$/);
      findSeed(input);
    });
  });
});

/** Go's own expression for a block (v2/creds_utils.go), good enough for short text. */
const GO_BLOCK = /\s*(?:(?:-{3,}[^\n]*-{3,}\r?\n)([\w\-.=]+)(?:\r?\n-{3,}[^\n]*-{3,}(\r?\n|$)))/;

test('blocks are found where the regular expression of Go finds them', () => {
  const piece = fc.constantFrom('---', '-', '----', 'x', 'a.b', '\n', '\r\n', '\r', ' ', 'SUA', '=', '_');
  property(fc.array(piece, { maxLength: 16 }), (pieces) => {
    const text = pieces.join('');
    expect(Buffer.from(undecorateJwt(Buffer.from(text))).toString()).toBe(GO_BLOCK.exec(text)?.[1] ?? text);
  });
});
