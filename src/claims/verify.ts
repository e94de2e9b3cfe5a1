import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { decodeBase64url } from './base64url.js';
import { decodeParts } from './decode.js';
import { type Identifier, identify, signatureForm } from './decode-claims.js';
import { int64, struct, text } from './json-shape.js';
import type {
  DecodedJwt,
  DecodeProblem,
  Result,
  VerifiedAccountJwt,
  VerifiedJwt,
  VerifiedOperatorJwt,
} from './jwt.js';
import type { KeyKind } from './keys.js';
import { goPublicKey } from './keys-go.js';
import { failed, readAs, type SignatureForm, type TokenParts, takeApart } from './token.js';
import type { ClaimKind } from './types.js';

/** Who may sign what (ExpectedPrefixes in v2/*_claims.go); a generic token may be signed by anyone. */
const ISSUER_KINDS: Readonly<Record<ClaimKind, readonly KeyKind[]>> = {
  operator: ['operator'],
  account: ['account', 'operator'],
  user: ['account'],
  activation: ['account', 'operator'],
  authorization_request: ['server'],
  authorization_response: ['account'],
  generic: ['operator', 'account', 'user', 'server', 'cluster', 'curve'],
};

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

type Chunks = TokenParts['chunks'];

function checkSignature(chunks: Chunks, form: SignatureForm, issuer: string): Result<KeyKind, DecodeProblem> {
  const [header, payload] = chunks;
  const signature = decodeBase64url(chunks[2]);
  if (signature === undefined) return failed('signature', 'the signature is not base64url');
  const key = goPublicKey(issuer);
  if (key === undefined) return failed('signature', 'the issuer (iss) is no public nkey');
  const signed = Buffer.from(form === 'v1' ? payload : `${header}.${payload}`, 'latin1');
  if (signature.length !== SIGNATURE_BYTES || !verify(null, signed, importKey(key.bytes), signature)) {
    return failed('signature', 'the signature is not by the key in iss');
  }
  return { ok: true, value: key.kind };
}

function checkIssuerKind(jwt: DecodedJwt, issuer: KeyKind): Result<VerifiedJwt, DecodeProblem> {
  const { kind } = jwt.claims;
  const allowed = ISSUER_KINDS[kind];
  // The one place where a token becomes a verified one: signature and issuer kind have been checked.
  if (allowed.includes(issuer)) return { ok: true, value: jwt as VerifiedJwt };
  return failed(
    'issuer',
    `${kind} tokens are signed by ${allowed.join(' or ')} keys, this one by a ${issuer} key`,
  );
}

/** Checks that the key in `iss` signed the token, and that it is of a kind that may (v2/decoder.go Decode). */
export function verifyJwt(jwt: DecodedJwt): Result<VerifiedJwt, DecodeProblem> {
  const [header = '', payload = '', signature = ''] = jwt.text.split('.');
  const issuer = checkSignature([header, payload, signature], jwt.signatureForm, jwt.claims.iss);
  return issuer.ok ? checkIssuerKind(jwt, issuer.value) : issuer;
}

/** As little as is needed to verify: hostile payloads are not read further before their signature is known. */
const envelope = struct<{ iss: string; type: string; nats: Identifier }>({
  iss: text,
  type: text,
  nats: struct<Identifier>({ type: text, version: int64 }),
});

/**
 * Decodes and verifies: the verdict is that of `Decode` in nats-io/jwt v2. The signature is checked as early as can be,
 * so that a forged token costs little however large it is; of two faults the problem may thus name another than Go.
 * @param input the token as text, or as bytes that may be anything
 */
export function readJwt(input: string | Uint8Array): Result<VerifiedJwt, DecodeProblem> {
  const parts = takeApart(input);
  if (!parts.ok) return parts;
  const outline = readAs(parts.value.payload, envelope, 'payload', []);
  if (!outline.ok) return outline;
  const form = signatureForm(identify(outline.value));
  const issuer = checkSignature(parts.value.chunks, form, outline.value.iss);
  if (!issuer.ok) return issuer;
  const decoded = decodeParts(parts.value);
  return decoded.ok ? checkIssuerKind(decoded.value, issuer.value) : decoded;
}

/** As {@link readJwt}; tokens of other types than account fail at the step `kind`. */
export function readAccountJwt(input: string | Uint8Array): Result<VerifiedAccountJwt, DecodeProblem> {
  const read = readJwt(input);
  if (!read.ok) return read;
  const { claims } = read.value;
  if (claims.kind !== 'account') return failed('kind', `the token is of type ${claims.kind}, not account`);
  return { ok: true, value: { ...read.value, claims } };
}

/** As {@link readJwt}; tokens of other types than operator fail at the step `kind`. */
export function readOperatorJwt(input: string | Uint8Array): Result<VerifiedOperatorJwt, DecodeProblem> {
  const read = readJwt(input);
  if (!read.ok) return read;
  const { claims } = read.value;
  if (claims.kind !== 'operator') return failed('kind', `the token is of type ${claims.kind}, not operator`);
  return { ok: true, value: { ...read.value, claims } };
}
