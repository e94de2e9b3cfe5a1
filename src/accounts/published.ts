import { createHash } from 'node:crypto';
import type { TrustedAccount } from '../claims/jwt.js';
import { bytesOf } from '../claims/kept-account.js';
import type { PublishedAccount, PublishedAccounts } from './ports.js';
import type { Word } from './tie.js';

/** What is served for an account, and how it came to be. */
export interface PublishedEntry extends PublishedAccount {
  readonly word: Word;
  readonly sinceMs: number;
}

/** What is served now: a map from account key to a ready reply. */
export class Published implements PublishedAccounts {
  readonly #byKey = new Map<string, PublishedEntry>();
  /** Judges what was read of an account and is not judged yet; undefined when all is. */
  judgeFirst: ((accountKey: string) => void) | undefined;

  get size(): number {
    return this.#byKey.size;
  }

  get(accountKey: string): PublishedEntry | undefined {
    if (this.judgeFirst !== undefined) this.judgeFirst(accountKey);
    return this.#byKey.get(accountKey);
  }

  /** What is served as things stand: for those by whose judgement it comes to be served. */
  peek(accountKey: string): PublishedEntry | undefined {
    return this.#byKey.get(accountKey);
  }

  values(): Iterable<PublishedEntry> {
    return this.#byKey.values();
  }

  /** Serves this account from now on. */
  put(account: TrustedAccount, word: Word, nowMs: number): void {
    const lastServedAtMs = this.#byKey.get(account.accountKey)?.lastServedAtMs ?? 0;
    this.#byKey.set(
      account.accountKey,
      entryOf(account, entityTag(bytesOf(account)), lastServedAtMs, word, nowMs),
    );
  }

  /** Serves this account no more. */
  remove(accountKey: string): void {
    this.#byKey.delete(accountKey);
  }
}

function entryOf<A>(account: A, etag: string, lastServedAtMs: number, word: Word, sinceMs: number) {
  return { account, etag, lastServedAtMs, word, sinceMs };
}

// V8 lays a field out by what it held first. Were that the 0 of an account that nobody has asked for, the first GET of
// each would have to lay its entry out anew.
entryOf(undefined, '', 0.5, 'own', 0.5);

function entityTag(token: Uint8Array): string {
  const hash = createHash('sha256').update(token).digest('base64url');
  // In one piece: as it is put together here it would stay three.
  return Buffer.from(`"${hash}"`).toString('latin1');
}
