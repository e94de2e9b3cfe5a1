import { decodeGeneric } from './generic.js';
import type { Result, TrustedOperator } from './jwt.js';
import { type AccountKey, isAccountKey } from './keys.js';
import type { GenericClaims } from './types.js';
import { timeIssues } from './validate.js';

/** How old a delete request may be (H10): nsc sends it the moment it makes it, so more is a replay. */
export const DELETE_REQUEST_SECONDS = 300;

/** Accounts that the operator wants deleted. */
export interface DeleteRequest {
  readonly accounts: readonly AccountKey[];
  /** The key of the operator that asks. */
  readonly issuer: string;
  /** Tells requests apart; a server refuses one that it has seen within {@link DELETE_REQUEST_SECONDS}. */
  readonly jti: string;
  readonly issuedAtSeconds: number;
}

/**
 * Judges a delete request as nats-server does (server/accounts.go, handleDeleteRequest: a generic token, self-signed by
 * a key of the operator, with a list of account keys none of which is the system account), and by its time (H10), which
 * nats-server never looks at: an old one, replayed, would delete accounts that were made again since.
 * @returns the request, or in one sentence why it is refused
 */
export function readDeleteRequest(
  input: string | Uint8Array,
  operator: TrustedOperator,
  nowSeconds: number,
): Result<DeleteRequest, string> {
  const jwt = decodeGeneric(input);
  if (!jwt.ok) return { ok: false, problem: jwt.problem.message };
  const { claims, decodeHardening } = jwt.value;
  const problem =
    decodeHardening[0]?.description ?? signerProblem(claims, operator) ?? ageProblem(claims, nowSeconds);
  if (problem !== undefined) return { ok: false, problem };
  const accounts = readAccounts(claims.nats.get('accounts'));
  if (accounts === undefined)
    return { ok: false, problem: 'malformed request: accounts is no list of account keys' };
  if (operator.systemAccount !== undefined && accounts.includes(operator.systemAccount)) {
    return { ok: false, problem: 'not allowed to delete the system account' };
  }
  return {
    ok: true,
    value: { accounts, issuer: claims.iss, jti: claims.jti, issuedAtSeconds: Number(claims.iat) },
  };
}

function signerProblem({ iss, sub }: GenericClaims, operator: TrustedOperator): string | undefined {
  if (iss !== sub) return 'not self signed: issuer and subject differ';
  const isTrusted = operator.signingKeys.has(iss) || (iss === operator.key && !operator.strict);
  return isTrusted ? undefined : 'not trusted: the issuer is no key of the operator that may sign';
}

function ageProblem(claims: GenericClaims, nowSeconds: number): string | undefined {
  const [expired] = timeIssues(claims, nowSeconds);
  if (expired !== undefined) return expired.description;
  const age = nowSeconds - Number(claims.iat);
  if (Math.abs(age) <= DELETE_REQUEST_SECONDS) return undefined;
  return `issued ${Math.abs(age)} s ${age > 0 ? 'ago' : 'in the future'}; a delete request is good for ${DELETE_REQUEST_SECONDS} s`;
}

function readAccounts(value: unknown): readonly AccountKey[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const keys = value.filter((key): key is AccountKey => typeof key === 'string' && isAccountKey(key));
  return keys.length === value.length ? keys : undefined;
}
