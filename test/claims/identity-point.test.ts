import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isIdentityPoint, verifyByIdentityPoint } from '../../src/claims/identity-point.js';

const spelled = (first: number, middle: number, last: number): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? first : i === 31 ? last : middle));

describe('the identity point', () => {
  test.each([
    ['y = 1', spelled(1, 0, 0), true],
    ['y = 1 with the sign bit', spelled(1, 0, 0x80), true],
    ['y = p + 1', spelled(0xee, 0xff, 0x7f), true],
    ['y = p + 1 with the sign bit', spelled(0xee, 0xff, 0xff), true],
    ['y = 0', spelled(0, 0, 0), false],
    ['y = p - 1', spelled(0xec, 0xff, 0x7f), false],
  ])('%s: %s', (_, bytes, is) => expect(isIdentityPoint(bytes)).toBe(is));

  test('R has to be the base point times S, for any S below the order', () => {
    // The clamped, hashed seed of a key pair is a scalar whose product with the base point is the public key.
    const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    });
    const hash = createHash('sha512').update(privateKey.subarray(-32)).digest().subarray(0, 32);
    hash[0] = (hash[0] ?? 0) & 248;
    hash[31] = ((hash[31] ?? 0) & 127) | 64;
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const scalar = BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`);
    const bytes = (value: bigint): Buffer =>
      Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
    const point = publicKey.subarray(-32);
    expect(verifyByIdentityPoint(Buffer.concat([point, bytes(scalar % order)]))).toBe(true);
    expect(verifyByIdentityPoint(Buffer.concat([point, bytes((scalar % order) + order)]))).toBe(false);
    expect(verifyByIdentityPoint(Buffer.concat([point, bytes((scalar + 1n) % order)]))).toBe(false);
  });
});
