import { ambiguousNames } from './ambiguous-names.js';
import { loadClaims } from './decode-claims.js';
import type { DecodedJwt, DecodeProblem, Result } from './jwt.js';
import { cleanText, type TokenParts, takeApart } from './token.js';

/** Decodes what {@link takeApart} has made of a token. */
export function decodeParts(parts: TokenParts): Result<DecodedJwt, DecodeProblem> {
  const loaded = loadClaims(parts.payload);
  if (!loaded.ok) return loaded;
  const { claims, signatureForm } = loaded.value;
  const text = cleanText(parts, signatureForm);
  return {
    ok: true,
    value: { text, claims, signatureForm, decodeHardening: ambiguousNames(parts) },
  };
}

/**
 * Decodes a token as nats-io/jwt v2 `Decode` does, in its order: size, chunks, header, payload. Claims of version 1 are
 * migrated. Nothing is proven by it: {@link verifyJwt} comes next, and `readJwt` does both at the least cost.
 * @param input the token as text, or as bytes that may be anything
 */
export function decodeJwt(input: string | Uint8Array): Result<DecodedJwt, DecodeProblem> {
  const parts = takeApart(input);
  return parts.ok ? decodeParts(parts.value) : parts;
}
