import { describe, expect, test } from 'vitest';
import { decorateJwt, findSeed, undecorateJwt } from '../../src/claims/decorated.js';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { readVectors } from './verdicts.js';

interface DecoratedVector {
  readonly id: string;
  readonly note: string;
  readonly input?: string;
  readonly input_b64?: string;
  readonly jwt?: string;
  readonly jwt_b64?: string;
  readonly nkey: { readonly ok: boolean; readonly public?: string; readonly seed?: string };
  readonly user_nkey: { readonly ok: boolean };
}

const vectors = readVectors<DecoratedVector>('decorated.jsonl');
const bytes = (text: string | undefined, base64: string | undefined): Buffer =>
  base64 === undefined ? Buffer.from(text ?? '') : Buffer.from(base64, 'base64');
const inputOf = ({ input, input_b64 }: DecoratedVector): Buffer => bytes(input, input_b64);

describe('the verdicts of the Go library', () => {
  test.each(vectors)('$id: $note', (vector) => {
    const { jwt, jwt_b64, nkey, user_nkey } = vector;
    expect(Buffer.from(undecorateJwt(inputOf(vector)))).toEqual(bytes(jwt, jwt_b64));
    const found = findSeed(inputOf(vector));
    expect(found.ok).toBe(nkey.ok);
    if (!found.ok) return;
    expect(found.value.publicKey).toBe(nkey.public);
    expect(found.value.seedText).toBe(nkey.seed?.replace(/\r$/, ''));
    expect(found.value.kind === 'user').toBe(user_nkey.ok);
  });

  test('there are enough of them', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(60);
  });
});

describe('text without a block', () => {
  test('comes back as the very same bytes', () => {
    const input = Buffer.from(' eyJ0.eyJ9.x \n');
    expect(undecorateJwt(input)).toBe(input);
  });

  test('hostile text of a megabyte is looked through once', () => {
    const dashes = '-'.repeat(1024 * 1024);
    const lines = `${'-'.repeat(99)}\n`.repeat(10_000);
    const white = `${' '.repeat(99)}x`.repeat(10_000);
    const start = process.cpuUsage();
    for (const text of [dashes, `${dashes}\n`, lines, white, `${white}\nSU`]) {
      undecorateJwt(Buffer.from(text));
      findSeed(Buffer.from(text));
    }
    expect(process.cpuUsage(start).user).toBeLessThan(5_000_000);
  });
});

describe('creds', () => {
  const account = mintAccount(mintOperator());
  const creds = mintCreds(account);

  test('hold a token and a seed', () => {
    const jwt = Buffer.from(undecorateJwt(Buffer.from(creds))).toString();
    expect(creds).toContain(`\n${jwt}\n`);
    const seed = findSeed(Buffer.from(creds));
    expect(seed.ok && seed.value.kind).toBe('user');
  });

  test('a problem never quotes the seed', () => {
    const seed = findSeed(Buffer.from(creds));
    if (!seed.ok) throw new Error(seed.problem);
    const damaged = findSeed(
      Buffer.from(creds.replace(seed.value.seedText, `${seed.value.seedText.slice(0, -1)}_`)),
    );
    expect(damaged).toEqual({ ok: false, problem: 'the seed is damaged' });
  });

  test('a view into a larger buffer is read as such', () => {
    const around = new Uint8Array(Buffer.from(`----${creds}----`));
    const within = around.subarray(4, -4);
    expect(undecorateJwt(within)).toEqual(undecorateJwt(Buffer.from(creds)));
  });
});

test('what we write is what Go and we read', () => {
  const decorated = decorateJwt('account', 'a.b.c');
  expect(decorated).toBe('-----BEGIN NATS ACCOUNT JWT-----\na.b.c\n------END NATS ACCOUNT JWT------\n\n');
  expect(Buffer.from(undecorateJwt(Buffer.from(decorated))).toString()).toBe('a.b.c');
});
