import { createHash } from 'node:crypto';
import type { TrustedAccount } from '../claims/jwt.js';
import type { Word } from './tie.js';

interface Mark {
  readonly issuedAtSeconds: number;
  /** Hashes of texts of that second which were replaced or deleted, and by whose word. */
  readonly gone: Map<string, Word>;
}

/**
 * The highest `iat` seen per account, and the texts of that second that were already replaced. Account JWTs can be read
 * by anyone, so without this memory a replayed old token would let revoked users back in (nats-server compares nothing).
 */
export class IssueHistory {
  readonly #marks = new Map<string, Mark>();

  /** The highest `iat` that was ever in force for this account; 0 when it is unknown. */
  newestIssuedAt(accountKey: string): number {
    return this.#marks.get(accountKey)?.issuedAtSeconds ?? 0;
  }

  /**
   * By whose word this very text, once in force at the newest second, was replaced or deleted; undefined when it was
   * not. By one's own, nobody may bring it back but the directory; what was replaced by following another account
   * server, that may bring back.
   */
  replacedBy(account: TrustedAccount): Word | undefined {
    const mark = this.#marks.get(account.accountKey);
    return mark?.issuedAtSeconds === account.issuedAtSeconds
      ? mark.gone.get(digest(account.text))
      : undefined;
  }

  /** Notes that `account` came into force in place of `previous`, by this word. */
  entered(account: TrustedAccount, previous: TrustedAccount | undefined, word: Word): void {
    const mark = this.#raise(account);
    if (mark.issuedAtSeconds === account.issuedAtSeconds) mark.gone.delete(digest(account.text));
    if (previous !== undefined) bury(mark, previous, word);
  }

  /** Notes that the account was deleted: its last token may not come back by push. */
  left(account: TrustedAccount): void {
    bury(this.#raise(account), account, 'own');
  }

  #raise(account: TrustedAccount): Mark {
    const known = this.#marks.get(account.accountKey);
    if (known !== undefined && known.issuedAtSeconds >= account.issuedAtSeconds) return known;
    const mark = { issuedAtSeconds: account.issuedAtSeconds, gone: new Map<string, Word>() };
    this.#marks.set(account.accountKey, mark);
    return mark;
  }
}

function bury(mark: Mark, account: TrustedAccount, word: Word): void {
  if (account.issuedAtSeconds === mark.issuedAtSeconds) mark.gone.set(digest(account.text), word);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
