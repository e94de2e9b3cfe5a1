import { describe, expect, test } from 'vitest';
import { keyLine, tokenLine } from '../../src/cli/inspect/json-lines.js';
import { readLines } from '../../src/cli/inspect/lines.js';
import { readOperator } from '../../src/cli/inspect/operator.js';
import { readVectors, type Verdict } from '../claims/verdicts.js';
import { mintAccount, mintOperator } from '../support/mint.js';
import { run } from './command-line.js';

/** What is read of an answer line. */
interface Answer {
  readonly decode: { readonly ok: boolean; readonly error?: string };
  readonly issues: readonly { readonly severity: string }[];
  readonly hardening: readonly string[];
  readonly trusted?: boolean;
}

const answersOf = (text: string): Answer[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line): Answer => JSON.parse(line));

const severities = (issues: Answer['issues'] = []): string[] => issues.map(({ severity }) => severity).sort();

test("every token gets the Go library's verdict, in order", async () => {
  const expected = readVectors<Verdict>('claims.jsonl');
  const lines = expected.map(({ jwt, jwt_b64, recipe }) => {
    if (jwt_b64 !== undefined) return JSON.stringify({ jwt_b64 });
    const built = recipe && recipe.head + recipe.fill.repeat(recipe.count) + recipe.tail;
    return JSON.stringify({ jwt: jwt ?? built });
  });
  const { code, stdout } = await run(['inspect', '--jsonl'], { stdin: lines.map((line) => `${line}\n`) });
  const answers = answersOf(stdout);
  expect(code).toBe(4);
  expect(answers).toHaveLength(expected.length);
  for (const [index, vector] of expected.entries()) {
    const answer = answers[index];
    const { kind, version, subject, issuer, blocking, blocking_with_time } = { ...vector } as Record<
      string,
      unknown
    >;
    expect(answer, vector.id).toMatchObject({ decode: { ok: vector.decode.ok } });
    if (!vector.decode.ok || answer === undefined) continue;
    expect(answer, vector.id).toMatchObject({ kind, version, subject, issuer, blocking, blocking_with_time });
    expect(severities(answer.issues), vector.id).toEqual(severities(vector.issues));
    expect(answer.hardening, vector.id).toEqual(vector.hardening ?? []);
  }
});

test("with an operator every line says whether it signed: Go's answer, but no trust in what is unsafe", () => {
  interface TrustVector {
    readonly id: string;
    readonly signer: string;
    readonly operator_jwt: string;
    readonly account_jwt?: string;
    readonly claim_jwt?: string;
    readonly did_sign: boolean;
    readonly hardening?: readonly string[];
  }
  const asked = readVectors<TrustVector>('trust.jsonl').filter(({ signer }) => signer === 'operator');
  for (const { id, operator_jwt, account_jwt, claim_jwt, did_sign, hardening = [] } of asked) {
    const { operator } = readOperator(Buffer.from(operator_jwt), 'op.jwt', 0);
    const { data } = tokenLine(operator)(Buffer.from(JSON.stringify({ jwt: account_jwt ?? claim_jwt })));
    expect(data, id).toMatchObject({ trusted: did_sign && hardening.length === 0 });
  }
  expect(asked.length).toBeGreaterThan(50);
});

test('keys are judged under the strict rule', async () => {
  const expected = readVectors<{ text: string; strict: boolean; strict_type?: string }>('keys.jsonl');
  const stdin = expected.map(({ text }) => `${JSON.stringify({ text })}\n`);
  const { code, stdout } = await run(['inspect', '--jsonl', '--keys'], { stdin });
  expect(code).toBe(0);
  const none = { account: false, operator: false, user: false, server: false, curve: false };
  const answers = stdout.trimEnd().split('\n');
  for (const [index, { text, strict, strict_type: type }] of expected.entries()) {
    const kind = type === 'x25519' ? 'curve' : type;
    const right = strict && kind !== undefined && kind in none ? { ...none, [kind]: true } : none;
    expect(JSON.parse(answers[index] ?? ''), text).toEqual(right);
  }
});

describe('lines that are none', () => {
  test.each([
    '',
    '{',
    '[]',
    'null',
    '5',
    '{}',
    '{"jwt":5}',
    '{"jwt_b64":"***"}',
    '{"jwt":"a","jwt_b64":"YQ=="}',
    '{"__proto__":{"jwt":"a.b.c"}}',
    '\u0000',
  ])('%j gets an answer', (line) => {
    const form = 'the input line is not of the form {"jwt":"…"} or {"jwt_b64":"…"}';
    expect(tokenLine(undefined)(Buffer.from(line))).toEqual({
      data: { decode: { ok: false, error: form } },
      exitCode: 4,
    });
    expect(keyLine(Buffer.from(line)).data).toMatchObject({ account: false, error: expect.any(String) });
  });

  test('one that is too long does too, and the next line is read as ever', async () => {
    const stdin = [...Array.from({ length: 90 }, () => 'x'.repeat(100_000)), '\n{"jwt":"x"}'];
    const { code, stdout } = await run(['inspect', '--jsonl'], { stdin });
    expect(code).toBe(4);
    expect(answersOf(stdout).map(({ decode }) => decode.error)).toEqual([
      'the input line is longer than a token can be',
      'the token does not consist of three chunks with dots between them',
    ]);
  });
});

test('exit codes: the worst line counts', async () => {
  const operator = mintOperator();
  const line = (jwt: string) => `${JSON.stringify({ jwt })}\n`;
  const good = line(mintAccount(operator).jwt);
  const bad = line(mintAccount(operator, { exp: 1 }).jwt);
  const code = async (stdin: string) => (await run(['inspect', '--jsonl'], { stdin })).code;
  expect([
    await code(''),
    await code(good),
    await code(good + bad + good),
    await code(`${bad}x\n${good}`),
  ]).toEqual([0, 0, 3, 4]);
});

describe('cutting into lines', () => {
  const cut = async (chunks: string[], maxBytes = 10): Promise<(string | undefined)[]> => {
    const lines: (string | undefined)[] = [];
    async function* input() {
      yield* chunks;
    }
    for await (const batch of readLines(input(), maxBytes))
      lines.push(...batch.map((line) => line?.toString()));
    return lines;
  };

  test.each<[string[], (string | undefined)[]]>([
    [[], []],
    [['a\nb\n'], ['a', 'b']],
    [['a\nb'], ['a', 'b']],
    [
      ['a', 'b', '\n', 'c'],
      ['ab', 'c'],
    ],
    [['\n\n'], ['', '']],
    [
      ['12345', '67890', '\n1\n'],
      ['1234567890', '1'],
    ],
    [
      ['12345', '678901', '2\nok\n'],
      [undefined, 'ok'],
    ],
  ])('%j', async (chunks, lines) => {
    expect(await cut(chunks)).toEqual(lines);
  });
});

test('100,000 lines flow through without being kept', async () => {
  const line = `${JSON.stringify({ jwt: 'eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.e30.AA' })}\n`;
  function* lines() {
    for (let batch = 0; batch < 100; batch++) yield line.repeat(1000);
  }
  const { stdout } = await run(['inspect', '--jsonl'], { stdin: lines() });
  expect(stdout.split('\n')).toHaveLength(100_001);
});
