import type { TrustedAccount } from './jwt.js';

/** Go's `now > exp` (C1): the second of `exp` itself is still valid, and 0 is never. */
export function isExpired({ expiresAtSeconds }: TrustedAccount, nowSeconds: number): boolean {
  return expiresAtSeconds > 0 && nowSeconds > expiresAtSeconds;
}

/** Go's `nbf > now` (C2). */
export function isNotYetValid({ notBeforeSeconds }: TrustedAccount, nowSeconds: number): boolean {
  return notBeforeSeconds > nowSeconds;
}
