import type { AccountStore, StoreListener } from '../accounts/ports.js';
import type { TrustedAccount } from '../claims/jwt.js';
import { Reports } from './reports.js';

interface Kept {
  readonly bytes: Buffer;
  readonly modifiedAtMs: number;
}

/** Accounts that live as long as the process, for trials and tests. */
export class MemoryStore implements AccountStore {
  readonly description = 'memory';
  readonly writable = true;
  readonly #accounts = new Map<string, Kept>();
  readonly #reports = new Reports();

  async start(listener: StoreListener): Promise<void> {
    this.#reports.begin(listener);
    await this.reread();
  }

  async reread(): Promise<void> {
    // Never in the middle of another report, as with stores that have to read first.
    await Promise.resolve();
    const startedAt = performance.now();
    for (const key of this.#accounts.keys()) this.#report(key);
    const slots = this.#accounts.size;
    this.#reports.swept({ slots, changed: slots, durationMs: performance.now() - startedAt });
  }

  async save(account: TrustedAccount): Promise<void> {
    this.#accounts.set(account.accountKey, {
      bytes: Buffer.from(account.text, 'latin1'),
      modifiedAtMs: Date.now(),
    });
    this.#report(account.accountKey);
  }

  async remove(accountKey: string): Promise<void> {
    if (this.#accounts.delete(accountKey)) this.#reports.slotGone(accountKey);
  }

  async close(): Promise<void> {
    this.#reports.end();
  }

  #report(key: string): void {
    const kept = this.#accounts.get(key);
    if (kept !== undefined) this.#reports.slotRead({ slot: key, expectedKey: key, ...kept });
  }
}
