import { failed } from './chunk.js';
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
import { checkSignature } from './signature.js';
import { type TokenParts, takeApart } from './token.js';
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
  const issuer = checkSignature(jwt.text, jwt.signatureForm, jwt.claims.iss);
  return issuer.ok ? checkIssuerKind(jwt, issuer.value) : issuer;
}

/** Who signed a token about whom. */
export interface Outline {
  readonly iss: string;
  readonly sub: string;
}

/** As little as is needed to verify: hostile payloads are not read further before their signature is known. */
const outlineShape = struct<Outline & { type: string; nats: Identifier }>({
  iss: text,
  sub: text,
  type: text,
  nats: struct<Identifier>({ type: text, version: int64 }),
});

/** A token whose signature is right, and whose claims have not been read yet. */
interface Opened {
  readonly outline: Outline;
  readonly issuer: KeyKind;
}

function open(parts: TokenParts): Result<Opened, DecodeProblem> {
  const outline = parts.payload.read(outlineShape);
  if (!outline.ok) return outline;
  const form = signatureForm(identify(outline.value));
  const issuer = checkSignature(parts.text, form, outline.value.iss);
  if (!issuer.ok) return issuer;
  return { ok: true, value: { outline: outline.value, issuer: issuer.value } };
}

/**
 * Verifies the signature of a token and tells issuer and subject, without reading the rest: whoever serves strangers can
 * turn away large tokens that nobody trusted has signed at a small part of the cost.
 * @param input the token as text, or as bytes that may be anything
 */
export function readOutline(input: string | Uint8Array): Result<Outline, DecodeProblem> {
  const parts = takeApart(input);
  const opened = parts.ok ? open(parts.value) : parts;
  return opened.ok ? { ok: true, value: opened.value.outline } : opened;
}

/** Signature first: the outline is read once more, and what is forged is read no further. */
function readLarge(parts: TokenParts): Result<VerifiedJwt, DecodeProblem> {
  const opened = open(parts);
  if (!opened.ok) return opened;
  const decoded = decodeParts(parts);
  return decoded.ok ? checkIssuerKind(decoded.value, opened.value.issuer) : decoded;
}

/** Claims first, as Go does. */
function readSmall(parts: TokenParts): Result<VerifiedJwt, DecodeProblem> {
  const decoded = decodeParts(parts);
  if (!decoded.ok) return decoded;
  const { signatureForm, claims } = decoded.value;
  const issuer = checkSignature(parts.text, signatureForm, claims.iss);
  return issuer.ok ? checkIssuerKind(decoded.value, issuer.value) : issuer;
}

/** Up to this size reading all claims costs about as much as the signature, and less than looking at the outline saves. */
const SMALL_LENGTH = 8192;

/**
 * Decodes and verifies: the verdict is that of `Decode` in nats-io/jwt v2. The signature of large tokens is checked as
 * early as can be, so that a forged one costs little however large it is; of two faults the problem may thus name another
 * than Go.
 * @param input the token as text, or as bytes that may be anything
 */
export function readJwt(input: string | Uint8Array): Result<VerifiedJwt, DecodeProblem> {
  const parts = takeApart(input);
  if (!parts.ok) return parts;
  return parts.value.text.length <= SMALL_LENGTH ? readSmall(parts.value) : readLarge(parts.value);
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
