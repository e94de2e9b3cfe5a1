import { createHash } from 'node:crypto';
import type { TrustedAccount } from '../claims/jwt.js';
import type { PublishedAccount, PublishedAccounts } from './ports.js';

/** What is served now: a map from account key to a ready reply. */
export class Published implements PublishedAccounts {
  readonly #byKey = new Map<string, PublishedAccount>();

  get size(): number {
    return this.#byKey.size;
  }

  get(accountKey: string): PublishedAccount | undefined {
    return this.#byKey.get(accountKey);
  }

  values(): Iterable<PublishedAccount> {
    return this.#byKey.values();
  }

  /** Serves this account from now on; answers the one that it replaces. */
  put(account: TrustedAccount): TrustedAccount | undefined {
    const previous = this.#byKey.get(account.accountKey);
    this.#byKey.set(account.accountKey, {
      account,
      etag: entityTag(account.text),
      lastServedAtMs: previous?.lastServedAtMs ?? 0,
    });
    return previous?.account;
  }

  /** Serves this account no more. */
  remove(accountKey: string): void {
    this.#byKey.delete(accountKey);
  }
}

function entityTag(text: string): string {
  return `"${createHash('sha256').update(text, 'latin1').digest('base64url')}"`;
}
