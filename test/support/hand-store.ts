import type { AccountStore, SlotReading, StoreListener } from '../../src/accounts/ports.js';
import type { TrustedAccount } from '../../src/claims/jwt.js';

/**
 * A store whose readings a test gives by hand, in the order it wants: races that a real directory shows once in a
 * thousand runs are made certain with it. Saves go to slots named by account key.
 */
export class HandStore implements AccountStore {
  readonly description = 'hand-fed store';
  writable = true;
  rereads = 0;
  /** Runs in the middle of a save: throws to fail it, or feeds readings to race with it. */
  duringSave: (account: TrustedAccount) => void | Promise<void> = () => {};
  /** Likewise in the middle of a removal. */
  duringRemoval: (accountKey: string) => void | Promise<void> = () => {};
  #listener: StoreListener | undefined;
  readonly #files = new Map<string, SlotReading>();

  get listener(): StoreListener {
    if (this.#listener === undefined) throw new Error('the store was not started');
    return this.#listener;
  }

  async start(listener: StoreListener): Promise<void> {
    this.#listener = listener;
    await this.reread();
  }

  async reread(): Promise<void> {
    this.rereads++;
    for (const reading of this.#files.values()) this.listener.slotRead(reading);
  }

  /** Writes a file, and lets the listener read it if the store was started. */
  put(slot: string, text: string, more: Partial<SlotReading> = {}): void {
    const reading = { slot, bytes: Buffer.from(text), modifiedAtMs: 0, ...more };
    this.#files.set(slot, reading);
    this.#listener?.slotRead(reading);
  }

  /** Deletes a file. */
  drop(slot: string): void {
    this.#files.delete(slot);
    this.listener.slotGone(slot);
  }

  async save(account: TrustedAccount): Promise<void> {
    await this.duringSave(account);
    this.put(account.accountKey, account.text);
  }

  async remove(accountKey: string): Promise<void> {
    await this.duringRemoval(accountKey);
    if (this.#files.has(accountKey)) this.drop(accountKey);
  }

  async close(): Promise<void> {}
}
