import type { DecodeProblem, Result, VerifiedJwt } from '../jwt.js';
import type { ActivationClaims, Import } from '../types.js';
import { readJwt } from '../verify.js';

/** What became of the activation token of an import; `undefined` when it has none. */
export type ImportToken = Result<VerifiedJwt<ActivationClaims>, DecodeProblem> | undefined;

/** Tokens by the import that holds them: validation and hardening both ask, and a signature is worth checking once. */
const read = new WeakMap<Import, Exclude<ImportToken, undefined>>();

/**
 * Decodes the activation token of an import, as Go's DecodeActivationClaims. A URL is never fetched: it is no token.
 */
export function importToken(entry: Import): ImportToken {
  if (entry.token === '') return undefined;
  const known = read.get(entry);
  if (known !== undefined) return known;
  const token = readActivation(entry.token);
  read.set(entry, token);
  return token;
}

function readActivation(text: string): Exclude<ImportToken, undefined> {
  const result = readJwt(text);
  if (!result.ok) return result;
  const { claims } = result.value;
  if (claims.kind !== 'activation') {
    const message = `the token is of type ${claims.kind}, not activation`;
    return { ok: false, problem: { step: 'kind', message } };
  }
  return { ok: true, value: { ...result.value, claims } };
}
