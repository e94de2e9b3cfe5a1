import { ambiguousNames } from './ambiguous-names.js';
import { failed } from './chunk.js';
import { GENERIC_FIELDS } from './decode-common.js';
import { GENERIC_TOKEN_FIELDS, type GenericToken } from './decode-generic.js';
import { NO_MAP, struct } from './json-shape.js';
import type { DecodeProblem, Result, Unproven, VerifiedJwt } from './jwt.js';
import { checkSignature } from './signature.js';
import { cleanText, type TokenParts, takeApart } from './token.js';
import type { GenericClaims, GenericFields } from './types.js';

type AnyToken = GenericToken & GenericFields;

const anyToken = struct<AnyToken>({ ...GENERIC_TOKEN_FIELDS, ...GENERIC_FIELDS });

/** Under the old algorithm name type and tags stood at the top; Go moves them under `nats`. */
function toClaims(token: AnyToken, old: boolean): GenericClaims {
  const { type, tags, version: _ignored, ...common } = token;
  const nats = new Map(token.nats);
  if (old && type !== '') nats.set('type', type);
  if (old && tags.length > 0) nats.set('tags', tags);
  return { kind: 'generic', ...common, nats };
}

function readParts(parts: TokenParts): Result<VerifiedJwt<GenericClaims>, DecodeProblem> {
  const token = parts.payload.read(anyToken);
  if (!token.ok) return token;
  const signatureForm = parts.header.alg === 'ed25519' ? 'v1' : 'v2';
  const signed = checkSignature(parts.text, signatureForm, token.value.iss);
  if (!signed.ok) return signed;
  if (token.value.nats === NO_MAP) return failed('payload', 'nats must be an object, found nothing');
  const jwt: Unproven<VerifiedJwt<GenericClaims>> = {
    text: cleanText(parts, signatureForm),
    claims: toClaims(token.value, signatureForm === 'v1'),
    signatureForm,
    decodeHardening: ambiguousNames(parts),
  };
  // The signature has been checked just above, and anyone may sign a generic token.
  return { ok: true, value: jwt as VerifiedJwt<GenericClaims> };
}

/**
 * Decodes and verifies a token of whatever type as generic claims, as Go's DecodeGeneric does: requests to delete
 * accounts come in this form. Here the exact algorithm name in the header tells what is signed. Beyond Go, size is
 * limited and `nats` must be there (H13).
 */
export function decodeGeneric(input: string | Uint8Array): Result<VerifiedJwt<GenericClaims>, DecodeProblem> {
  const parts = takeApart(input);
  return parts.ok ? readParts(parts.value) : parts;
}
