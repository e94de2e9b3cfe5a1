import { createPublicKey, verify } from 'node:crypto';
import { decodeBase64url } from './base64url.js';
import { failed } from './chunk.js';
import { isIdentityPoint, verifyByIdentityPoint } from './identity-point.js';
import type { DecodeProblem, Result } from './jwt.js';
import type { KeyKind } from './keys.js';
import { goPublicKey } from './keys-go.js';
import type { SignatureForm } from './token.js';

const SIGNATURE_BYTES = 64;

type Verify = (signed: Uint8Array, signature: Uint8Array) => boolean;

function importKey(bytes: Uint8Array): Verify {
  if (isIdentityPoint(bytes)) return (_signed, signature) => verifyByIdentityPoint(signature);
  const x = Buffer.from(bytes).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return (signed, signature) => verify(null, signed, key, signature);
}

/** A public key by which tokens are signed. It is imported when it is needed, which costs as much as a verification. */
class IssuerKey {
  readonly kind: KeyKind;
  readonly #bytes: Uint8Array;
  #verify: Verify | undefined;

  constructor({ kind, bytes }: { readonly kind: KeyKind; readonly bytes: Uint8Array }) {
    this.kind = kind;
    this.#bytes = bytes;
  }

  hasSigned(signed: Uint8Array, signature: Uint8Array): boolean {
    if (signature.length !== SIGNATURE_BYTES) return false;
    this.#verify ??= importKey(this.#bytes);
    return this.#verify(signed, signature);
  }
}

/** Few issuers sign everything. */
const MOST_KEYS = 1024;
/** How long the text of a key is, unless it is an odd spelling that only Go takes. */
const KEY_LETTERS = 56;
const issuerKeys = new Map<string, IssuerKey>();

function issuerKey(text: string): IssuerKey | undefined {
  const known = issuerKeys.get(text);
  if (known !== undefined) return known;
  const parsed = goPublicKey(text);
  if (parsed === undefined) return undefined;
  const key = new IssuerKey(parsed);
  if (text.length === KEY_LETTERS) remember(text, key);
  return key;
}

/** The oldest makes room: strangers who sign with ever new keys cannot make the cache grow. */
function remember(text: string, key: IssuerKey): void {
  const [oldest] = issuerKeys.keys();
  if (issuerKeys.size >= MOST_KEYS && oldest !== undefined) issuerKeys.delete(oldest);
  issuerKeys.set(text, key);
}

/**
 * Checks that the key `issuer`, an nkey of any kind, signed a token (v2/claims.go verify): pure Ed25519 over the text of
 * its first two chunks, or of the second alone, as they stand.
 * @param text a token of three chunks
 * @returns the kind of the key
 */
export function checkSignature(
  text: string,
  form: SignatureForm,
  issuer: string,
): Result<KeyKind, DecodeProblem> {
  const end = text.lastIndexOf('.');
  const signature = decodeBase64url(text.slice(end + 1));
  if (signature === undefined) return failed('signature', 'the signature is not base64url');
  const key = issuerKey(issuer);
  if (key === undefined) return failed('signature', 'the issuer (iss) is no public nkey');
  const start = form === 'v1' ? text.indexOf('.') + 1 : 0;
  const signed = Buffer.from(text.slice(start, end), 'latin1');
  if (!key.hasSigned(signed, signature)) return failed('signature', 'the signature is not by the key in iss');
  return { ok: true, value: key.kind };
}
