import { createHash } from 'node:crypto';
import type { TrustedAccount } from '../claims/jwt.js';

interface Mark {
  readonly issuedAtSeconds: number;
  /** Hashes of texts of that second which were replaced or deleted: they may not come back by push. */
  readonly gone: Set<string>;
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

  /** Whether this very text was in force at the newest second and then replaced or deleted. */
  wasReplaced(account: TrustedAccount): boolean {
    const mark = this.#marks.get(account.accountKey);
    return mark?.issuedAtSeconds === account.issuedAtSeconds && mark.gone.has(digest(account.text));
  }

  /** Notes that `account` came into force in place of `previous`. */
  entered(account: TrustedAccount, previous: TrustedAccount | undefined): void {
    const mark = this.#raise(account);
    if (mark.issuedAtSeconds === account.issuedAtSeconds) mark.gone.delete(digest(account.text));
    if (previous !== undefined) this.#bury(mark, previous);
  }

  /** Notes that the account was deleted: its last token may not come back by push. */
  left(account: TrustedAccount): void {
    this.#bury(this.#raise(account), account);
  }

  #raise(account: TrustedAccount): Mark {
    const known = this.#marks.get(account.accountKey);
    if (known !== undefined && known.issuedAtSeconds >= account.issuedAtSeconds) return known;
    const mark = { issuedAtSeconds: account.issuedAtSeconds, gone: new Set<string>() };
    this.#marks.set(account.accountKey, mark);
    return mark;
  }

  #bury(mark: Mark, account: TrustedAccount): void {
    if (account.issuedAtSeconds === mark.issuedAtSeconds) mark.gone.add(digest(account.text));
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
