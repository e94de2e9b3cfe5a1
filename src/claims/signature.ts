import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { decodeBase64url } from './base64url.js';
import { failed } from './chunk.js';
import { isIdentityPoint, verifyByIdentityPoint } from './identity-point.js';
import type { DecodeProblem, Result } from './jwt.js';
import type { KeyKind } from './keys.js';
import { goPublicKey } from './keys-go.js';
import type { SignatureForm, TokenParts } from './token.js';

const SIGNATURE_BYTES = 64;

/** Few issuers sign everything, and an import costs as much as a verification. */
const MOST_KEYS = 1024;
const importedKeys = new Map<string, KeyObject>();

function importKey(bytes: Uint8Array): KeyObject {
  const x = Buffer.from(bytes).toString('base64url');
  const known = importedKeys.get(x);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  // The oldest makes room: strangers who sign with ever new keys cannot make the cache grow.
  const [oldest] = importedKeys.keys();
  if (importedKeys.size >= MOST_KEYS && oldest !== undefined) importedKeys.delete(oldest);
  importedKeys.set(x, key);
  return key;
}

function isSignedBy(key: Uint8Array, signed: Uint8Array, signature: Uint8Array): boolean {
  if (isIdentityPoint(key)) return verifyByIdentityPoint(signature);
  return verify(null, signed, importKey(key), signature);
}

/**
 * Checks that the key `issuer`, an nkey of any kind, signed a token (v2/claims.go verify): pure Ed25519 over the text of
 * the chunks as they stand.
 * @returns the kind of the key
 */
export function checkSignature(
  chunks: TokenParts['chunks'],
  form: SignatureForm,
  issuer: string,
): Result<KeyKind, DecodeProblem> {
  const [header, payload] = chunks;
  const signature = decodeBase64url(chunks[2]);
  if (signature === undefined) return failed('signature', 'the signature is not base64url');
  const key = goPublicKey(issuer);
  if (key === undefined) return failed('signature', 'the issuer (iss) is no public nkey');
  const signed = Buffer.from(form === 'v1' ? payload : `${header}.${payload}`, 'latin1');
  if (signature.length !== SIGNATURE_BYTES || !isSignedBy(key.bytes, signed, signature)) {
    return failed('signature', 'the signature is not by the key in iss');
  }
  return { ok: true, value: key.kind };
}
