import { describe, expect, test } from 'vitest';
import {
  isAccountKey,
  isCurveKey,
  isOperatorKey,
  isUserKey,
  type KeyKind,
  keyKind,
  parsePublicKey,
} from '../../src/claims/keys.js';
import { goAcceptsKey, goPublicKey, seedKind } from '../../src/claims/keys-go.js';
import { readVectors } from './verdicts.js';

type TypedKind = Exclude<KeyKind, 'cluster'>;

interface KeyVector {
  readonly id: string;
  readonly note: string;
  readonly text: string;
  readonly strict: boolean;
  /** As nkeys says it: a curve key is `x25519`. */
  readonly strict_type?: string;
  readonly go_valid_public_key: boolean;
  readonly go_valid_public_cluster: boolean;
  readonly go_valid_seed: boolean;
  readonly go_seed_public?: string;
}
type Vector = KeyVector & { readonly [K in `go_valid_public_${TypedKind}`]: boolean };

const KINDS: readonly KeyKind[] = ['account', 'operator', 'user', 'server', 'cluster', 'curve'];
const vectors = readVectors<Vector>('keys.jsonl');

/** The kind in the words of nkeys. */
const strictType = (text: string): string | undefined =>
  keyKind(text) === 'curve' ? 'x25519' : keyKind(text);

/** Vectors for which `wrong` holds, in words. */
const failing = (wrong: (vector: Vector) => boolean): string[] =>
  vectors.filter(wrong).map(({ id, note }) => `${id}: ${note}`);

describe('the verdicts of the Go library about keys', () => {
  test('there are enough of them', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(200);
  });

  test('the strict rule', () => {
    expect(failing(({ text, strict }) => (parsePublicKey(text) !== undefined) !== strict)).toEqual([]);
    expect(failing(({ text, strict_type }) => strictType(text) !== strict_type)).toEqual([]);
  });

  test.each(KINDS)('what Go takes for a key of kind %s', (kind) => {
    expect(
      failing((vector) => goAcceptsKey(vector.text, kind) !== vector[`go_valid_public_${kind}`]),
    ).toEqual([]);
  });

  test('what Go takes for a key of any kind', () => {
    expect(failing(({ text, go_valid_public_key: ok }) => (goPublicKey(text) !== undefined) !== ok)).toEqual(
      [],
    );
  });

  test('seeds', () => {
    expect(failing(({ text, go_valid_seed: ok }) => (seedKind(text) !== undefined) !== ok)).toEqual([]);
  });

  test('strict keys are keys in Go as well', () => {
    expect(
      failing(({ text }) => keyKind(text) !== undefined && goPublicKey(text)?.kind !== keyKind(text)),
    ).toEqual([]);
  });
});

describe('kinds', () => {
  const OPERATOR = 'OCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVYOCS';
  const ACCOUNT = 'ACATS5YOVB6ROX2WUNKGNQ2MP3GMXDMKSG2O4N5CLX3A6W4PZGZZIL2R';

  test('each predicate takes its own kind alone', () => {
    expect([isOperatorKey, isAccountKey, isUserKey, isCurveKey].map((is) => is(OPERATOR))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([isOperatorKey, isAccountKey, isUserKey, isCurveKey].map((is) => is(ACCOUNT))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test('the 32 bytes of a key', () => {
    expect(parsePublicKey(ACCOUNT)?.bytes).toEqual(goPublicKey(ACCOUNT)?.bytes);
    expect(parsePublicKey(ACCOUNT)?.bytes).toHaveLength(32);
  });

  test('nothing beyond 56 letters of the alphabet gets through, wherever it stands', () => {
    for (const odd of ['a', '0', '1', '8', '=', '/', '.', '\n', '\u0000', '\u00c1', '\u0391', '\ud800']) {
      for (const at of [0, 1, 30, 55]) {
        expect(parsePublicKey(ACCOUNT.slice(0, at) + odd + ACCOUNT.slice(at + 1))).toBeUndefined();
      }
    }
  });
});
