import { decodeJwt } from '../../../claims/decode.js';
import type { TrustedAccount } from '../../../claims/jwt.js';
import type { Account } from './schemas.js';

const NONE: Account['counts'] = { imports: 0, exports: 0, revocations: 0, signingKeys: 0 };

/** How much an account holds, counted in its token: the claims of all accounts would not fit in memory. */
export function claimCounts({ text }: TrustedAccount): Account['counts'] {
  const decoded = decodeJwt(text);
  // What is trusted was decoded before.
  if (!decoded.ok || decoded.value.claims.kind !== 'account') return NONE;
  const { imports, exports, revocations, signing_keys } = decoded.value.claims.nats;
  return {
    imports: imports.length,
    exports: exports.length,
    revocations: revocations.size,
    signingKeys: signing_keys.size,
  };
}
