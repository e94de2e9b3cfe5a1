import { expect, test } from 'vitest';
import { activationHash } from '../../src/claims/activation.js';
import { readVectors } from './verdicts.js';

interface HashVector {
  readonly issuer: string;
  readonly subject: string;
  readonly import_subject: string;
  readonly hash?: string;
  readonly error?: string;
}

const hash = (iss: string, sub: string, subject: string) => activationHash({ iss, sub, nats: { subject } });

test('the hashes of all vectors', () => {
  const vectors = readVectors<HashVector>('activation-hash.jsonl');
  expect(vectors.length).toBeGreaterThan(50);
  for (const vector of vectors) {
    const result = hash(vector.issuer, vector.subject, vector.import_subject);
    expect(result.ok ? result.value : undefined).toBe(vector.hash);
  }
});

const ISSUER = 'ADWUSKGGFDI4FRXK5EBTRECZSVQSSWJHHJOGH6JWG3AUMFFMQ435D6HD';
const SUBJECT = 'ACATS5YOVB6ROX2WUNKGNQ2MP3GMXDMKSG2O4N5CLX3A6W4PZGZZIL2R';

test.each([
  ['foo.bar', 'RPH75XCLVMW22RE67B2VYJYPROGKMAKGDLUQB57POCS7BRCEM5QQ===='],
  ['foo.*', 'YD2CVL2FVJNFP5QWCGQ7OMKZPPD6CUAESVHBCSBVTTCLKAUJLWKQ===='],
  ['foo.>', 'YD2CVL2FVJNFP5QWCGQ7OMKZPPD6CUAESVHBCSBVTTCLKAUJLWKQ===='],
  ['foo.*.bar', 'YD2CVL2FVJNFP5QWCGQ7OMKZPPD6CUAESVHBCSBVTTCLKAUJLWKQ===='],
  ['*', 'PDB3M7HSCWA7EAEYX5RH3NNI2TXBB2HWABT7LGVWTFMAXIGEQRJA===='],
  ['foo.b*r', 'WWGRB6J5BHUU5ZWMNC3BQLLFOLGSQYMX57SHAPQUT5LWSG4FBDNQ===='],
])('the hash for %s', (subject, expected) => {
  expect(hash(ISSUER, SUBJECT, subject)).toEqual({ ok: true, value: expected });
});

test('nothing before the wildcard, not even a dot, means the whole subject', () => {
  expect(hash(ISSUER, SUBJECT, '.*')).not.toEqual(hash(ISSUER, SUBJECT, '*'));
  expect(hash(ISSUER, SUBJECT, '.*')).not.toEqual(hash(ISSUER, SUBJECT, '.>'));
});

test.each([
  ['', SUBJECT, 'a'],
  [ISSUER, '', 'a'],
  [ISSUER, SUBJECT, ''],
])('nothing to hash: %j %j %j', (iss, sub, subject) => {
  expect(hash(iss, sub, subject)).toMatchObject({ ok: false, problem: expect.stringContaining('needs') });
});
