import { NO_LIST } from './json-shape.js';
import type {
  AccountClaims,
  Claims,
  OperatorClaims,
  StandardClaims,
  UserClaims,
  UserScope,
} from './types.js';

/**
 * Whether claims, whose signature is verified, were signed by an operator: with a signing key or, unless only signing
 * keys may sign, with the identity key; its own JWT it may always sign (v2/operator_claims.go DidSign).
 */
export function operatorDidSign(
  operator: OperatorClaims,
  claims: Pick<StandardClaims, 'iss' | 'sub'>,
): boolean {
  if (claims.iss !== operator.sub) return operator.nats.signing_keys.includes(claims.iss);
  return !operator.nats.strict_signing_key_usage || claims.sub === operator.sub;
}

/**
 * Whether claims, whose signature is verified, were signed by an account: with its identity key or, users and
 * activations that name the account, with a signing key (v2/account_claims.go DidSign).
 */
export function accountDidSign(account: AccountClaims, claims: Claims): boolean {
  if (claims.iss === account.sub) return true;
  if (claims.kind !== 'user' && claims.kind !== 'activation') return false;
  return claims.nats.issuer_account === account.sub && account.nats.signing_keys.has(claims.iss);
}

/** Go compares with the zero value: a list that was given, even an empty one, is a permission set. */
function hasEmptyPermissions({ nats }: UserClaims): boolean {
  const { pub, sub, resp, src, times, times_location, subs, data, payload } = nats;
  const lists = [pub.allow, pub.deny, sub.allow, sub.deny, src, times, nats.allowed_connection_types];
  if (lists.some((list) => list !== NO_LIST) || resp !== null || times_location !== '') return false;
  return subs === 0 && data === 0 && payload === 0 && !nats.bearer_token && !nats.proxy_required;
}

/**
 * Checks claims signed by a scoped signing key: it may sign users only, and these get all their permissions from the
 * scope (v2/signingkeys.go ValidateScopedSigner).
 * @returns what is wrong, in a sentence; `undefined` when nothing is
 */
export function validateScopedSigner(scope: UserScope, claims: Claims): string | undefined {
  if (claims.kind !== 'user') return 'a scoped signing key signs users only';
  if (claims.iss !== scope.key) return 'the issuer is not the scoped signing key';
  if (!hasEmptyPermissions(claims))
    return 'users of a scoped signing key have no permissions or limits of their own';
  return undefined;
}
