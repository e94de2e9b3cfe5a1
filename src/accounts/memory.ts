import { IssueHistory } from './issue-history.js';
import type { Ledger, LedgerSource } from './ledger.js';
import type { Log } from './ports.js';
import { SeenRequests } from './seen-requests.js';

/** Hashes of requests are shorter. What stands in the ledger was checked when it was noted. */
const ACCOUNT_KEY_LENGTH = 56;

/** Everything that is remembered across restarts: accounts by their key, delete requests by their hash. */
export class Memory implements LedgerSource {
  readonly history: IssueHistory;
  readonly requests: SeenRequests;

  constructor(
    private readonly ledger: Ledger,
    private readonly log: Log,
  ) {
    this.history = new IssueHistory(ledger);
    this.requests = new SeenRequests(ledger);
  }

  /** Takes in what earlier processes left behind. */
  begin(): void {
    let odd = 0;
    for (const entries of this.ledger.begin(this)) {
      for (const [key, text] of entries) if (!this.#partFor(key).recall(key, text)) odd++;
    }
    if (odd > 0) this.log.warn({ entries: odd }, 'entries of the state directory are not to be understood');
  }

  value(key: string): string | undefined {
    return this.#partFor(key).value(key);
  }

  *entries(): Iterable<readonly [string, string]> {
    for (const part of [this.history, this.requests]) {
      for (const key of part.keys()) {
        const value = part.value(key);
        if (value !== undefined) yield [key, value];
      }
    }
  }

  #partFor(key: string): IssueHistory | SeenRequests {
    return key.length === ACCOUNT_KEY_LENGTH ? this.history : this.requests;
  }
}
