import type { PublishedAccount } from '../accounts/ports.js';
import type { TrustedAccount } from '../claims/jwt.js';
import { bytesOf } from '../claims/kept-account.js';
import { isExpired, isNotYetValid } from '../claims/validity.js';
import { namesEntityTag } from './conditional.js';

/** The answer to a plain GET of one account. */
export interface AccountReply {
  readonly status: 200 | 304 | 404;
  readonly headers: Readonly<Record<string, string | number>>;
  /** As it is kept: nothing is copied until the system takes it. */
  readonly body: Buffer | undefined;
}

/**
 * There is no such account. Without a body, so that nats-server, which never reads that of an error, can use the
 * connection again; not to be kept, since caches may do so by themselves, and the account may be there in a second.
 */
export const ABSENT: AccountReply = {
  status: 404,
  headers: { 'Cache-Control': 'no-store', 'Content-Length': 0 },
  body: undefined,
};

/** Stale answers that a cache may give meanwhile: as the Go account server (server/core/jwthandler.go). */
const STALE = 'stale-while-revalidate=3600, stale-if-error=3600';
const NEVER_EXPIRES = `max-age=0, ${STALE}`;

/**
 * How long a cache may keep an account: as the Go server until it expires, but never a negative age, and nothing of a
 * token that is not valid now. One that never expires has to be asked for anew, or a revocation would not arrive.
 */
export function cacheControl(account: TrustedAccount, nowSeconds: number): string {
  if (isExpired(account, nowSeconds) || isNotYetValid(account, nowSeconds)) return 'no-store';
  if (account.expiresAtSeconds <= 0) return NEVER_EXPIRES;
  return `max-age=${account.expiresAtSeconds - nowSeconds}, ${STALE}`;
}

/**
 * Makes the answer to a plain GET of an account, for the router and for the shortcut before it alike. No I/O, no
 * crypto, no JSON: this is the path that every login of an unknown account waits for.
 */
export function accountReply(
  published: PublishedAccount,
  ifNoneMatch: string | undefined,
  nowMs: number,
): AccountReply {
  const { account, etag } = published;
  const caching = cacheControl(account, Math.floor(nowMs / 1000));
  if (namesEntityTag(ifNoneMatch, etag)) {
    return { status: 304, headers: { ETag: etag, 'Cache-Control': caching }, body: undefined };
  }
  const body = bytesOf(account);
  // Written out, since spreading one object into another costs a tenth of the whole answer.
  const headers = {
    ETag: etag,
    'Cache-Control': caching,
    'Content-Type': 'application/jwt',
    'Content-Length': body.length,
  };
  return { status: 200, headers, body };
}
