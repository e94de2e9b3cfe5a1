import { createOperator } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { decodeGeneric } from '../../src/claims/generic.js';
import type { Body } from '../support/mint.js';
import { comparable, comparableClaims, readVectorsExactly } from './comparable.js';
import { ACCOUNT, keyOf, OPERATOR, sign, signV1 } from './judged.js';
import { tokenOf, type Verdict } from './verdicts.js';

interface GenericVerdict extends Verdict {
  readonly decode_generic?: {
    readonly ok: boolean;
    readonly panic?: string;
    readonly claims?: unknown;
    readonly hardening?: readonly string[];
  };
}

const vectors = readVectorsExactly<GenericVerdict>('claims.jsonl').flatMap((verdict) =>
  verdict.decode_generic === undefined ? [] : [{ ...verdict, go: verdict.decode_generic }],
);

describe('the verdicts of the Go library', () => {
  test('there are enough of them', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(60);
  });

  test.each(vectors)('$id: $note', (vector) => {
    const ours = decodeGeneric(tokenOf(vector));
    // H13: what has no `nats` is refused, where Go takes it or panics.
    expect(ours.ok).toBe(vector.go.ok && vector.go.hardening === undefined);
    if (ours.ok) expect(comparableClaims(ours.value.claims)).toEqual(comparable(vector.go.claims));
  });
});

describe('a request to delete accounts, as nsc makes it', () => {
  const request = (nats: unknown, claims: Body = {}): string =>
    sign({ iss: keyOf(OPERATOR), sub: keyOf(OPERATOR), ...claims, nats }, OPERATOR);

  test('holds the accounts', () => {
    const read = decodeGeneric(request({ accounts: [keyOf(ACCOUNT)], version: 2 }));
    if (!read.ok) throw new Error(read.problem.message);
    expect(read.value.claims.sub).toBe(keyOf(OPERATOR));
    expect(read.value.claims.nats.get('accounts')).toEqual([keyOf(ACCOUNT)]);
    expect(read.value.decodeHardening).toEqual([]);
  });

  test.each([
    ['null', null, 'payload: nats must be an object, found nothing'],
    ['a list', [], 'payload: nats must be an object, found array'],
    ['text', 'x', 'payload: nats must be an object, found string'],
  ])('with %s for a body', (_what, nats, problem) => {
    const read = decodeGeneric(request(nats));
    expect(!read.ok && `${read.problem.step}: ${read.problem.message}`).toBe(problem);
  });

  test('by another key than it names', () => {
    const read = decodeGeneric(request({}, { iss: keyOf(createOperator()) }));
    expect(!read.ok && read.problem.step).toBe('signature');
  });

  test('ambiguous names are told (H6)', () => {
    const read = decodeGeneric(sign(`{"iss":"${keyOf(OPERATOR)}","nats":{"a":1,"a":2}}`, OPERATOR));
    expect(read.ok && read.value.decodeHardening.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'H6 nats.a',
    ]);
  });

  test('beyond 1 MiB', () => {
    const read = decodeGeneric(request({ x: 'a'.repeat(1024 * 1024) }));
    expect(!read.ok && read.problem.step).toBe('size');
  });
});

test('under the old algorithm name, type and tags move from the top into the body', () => {
  const claims = { iss: keyOf(OPERATOR), type: 'custom', tags: ['a'], nats: { x: 1, type: 'y' } };
  const read = decodeGeneric(signV1(claims, OPERATOR));
  expect(read.ok && [...read.value.claims.nats]).toEqual([
    ['x', 1],
    ['type', 'custom'],
    ['tags', ['a']],
  ]);
  const newer = decodeGeneric(sign(claims, OPERATOR));
  expect(newer.ok && [...newer.value.claims.nats]).toEqual([
    ['x', 1],
    ['type', 'y'],
  ]);
});
