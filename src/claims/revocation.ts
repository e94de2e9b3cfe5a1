import type { Int64 } from './types.js';

/** The entry that revokes every key. */
const EVERYBODY = '*';

/**
 * Whether a credential is revoked: `revocations` (of an account: by user key; of an export: by importing account) has
 * its `key` or `*` with a time at or after `issuedAt`. A credential without a key or a time of issue counts as revoked.
 * `issuedAt` is the `iat` of the credential in Unix seconds, never the current time. Source: jwt v2/revocation_list.go.
 */
export function isRevoked(revocations: ReadonlyMap<string, Int64>, key: string, issuedAt: Int64): boolean {
  if (key === '' || issuedAt === 0) return true;
  return [EVERYBODY, key].some((entry) => {
    const revokedAt = revocations.get(entry);
    return revokedAt !== undefined && revokedAt >= issuedAt;
  });
}
