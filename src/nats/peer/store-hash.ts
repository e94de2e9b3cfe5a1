import { createHash } from 'node:crypto';
import type { PublishedAccounts } from '../../accounts/ports.js';
import type { TrustedAccount } from '../../claims/jwt.js';
import { isExpired } from '../../claims/validity.js';

const LENGTH = 32;

/**
 * The hash by which full resolvers compare what they hold: the SHA-256 of each token's text, all combined by XOR
 * (nats-server server/dirstore.go). Kept up to date with each change, so that a comparison costs nothing. Expired tokens
 * do not count, as they are not in anybody's pack.
 */
export class StoreHash {
  readonly #hash = new Uint8Array(LENGTH);
  /** Those that will expire, by account key. */
  readonly #expiring = new Map<string, { readonly account: TrustedAccount; readonly digest: Uint8Array }>();
  #nextExpirySeconds = Number.POSITIVE_INFINITY;

  /** Begins with what is published now; changes have to be told from here on. */
  constructor(published: PublishedAccounts) {
    for (const { account } of published.values()) this.#add(account);
  }

  /** An account is published, in place of `previous` if there was one. */
  published(account: TrustedAccount, previous: TrustedAccount | undefined): void {
    if (previous !== undefined) this.withdrawn(previous);
    this.#add(account);
  }

  /** An account is published no more. */
  withdrawn(account: TrustedAccount): void {
    if (account.expiresAtSeconds === 0) this.#mix(digestOf(account));
    else this.#forget(account.accountKey);
  }

  /** The hash of all tokens that have not expired by then; time must not go back by more than clocks do. */
  at(nowSeconds: number): Uint8Array {
    if (nowSeconds > this.#nextExpirySeconds) this.#expire(nowSeconds);
    return this.#hash.slice();
  }

  #add(account: TrustedAccount): void {
    const digest = digestOf(account);
    this.#mix(digest);
    if (account.expiresAtSeconds === 0) return;
    this.#expiring.set(account.accountKey, { account, digest });
    this.#nextExpirySeconds = Math.min(this.#nextExpirySeconds, account.expiresAtSeconds);
  }

  #forget(accountKey: string): void {
    const digest = this.#expiring.get(accountKey)?.digest;
    if (digest !== undefined) this.#mix(digest);
    this.#expiring.delete(accountKey);
  }

  #expire(nowSeconds: number): void {
    this.#nextExpirySeconds = Number.POSITIVE_INFINITY;
    for (const [accountKey, { account }] of this.#expiring) {
      if (isExpired(account, nowSeconds)) this.#forget(accountKey);
      else this.#nextExpirySeconds = Math.min(this.#nextExpirySeconds, account.expiresAtSeconds);
    }
  }

  #mix(digest: Uint8Array): void {
    for (let at = 0; at < LENGTH; at++) this.#hash[at] = (this.#hash[at] ?? 0) ^ (digest[at] ?? 0);
  }
}

const digestOf = ({ text }: TrustedAccount): Uint8Array =>
  createHash('sha256').update(text, 'latin1').digest();
