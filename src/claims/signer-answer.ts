import type { Result, VerifiedAccountJwt } from './jwt.js';
import { readAccountJwt } from './verify.js';

/**
 * Reads what a signing service gave back for a submitted account JWT. The answer has to be about the same account (H7):
 * the Go account server stores it under whatever subject it names, so a confused signer could overwrite another account.
 * Whether the operator signed it is judged afterwards, as for any token.
 * @returns the signed token; or the problem: `message` for an answer that is no account JWT and so meant for people,
 * `other_account` for one about another account
 */
export function readSignerAnswer(
  submitted: VerifiedAccountJwt,
  answer: Uint8Array,
): Result<VerifiedAccountJwt, 'message' | 'other_account'> {
  const signed = readAccountJwt(answer);
  if (!signed.ok) return { ok: false, problem: 'message' };
  if (signed.value.claims.sub !== submitted.claims.sub) return { ok: false, problem: 'other_account' };
  return signed;
}
