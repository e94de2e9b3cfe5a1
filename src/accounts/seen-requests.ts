import { createHash } from 'node:crypto';
import type { Ledger } from './ledger.js';

/** Remembers requests for as long as they are good, so that each counts once, also after a restart. */
export class SeenRequests {
  /** Hashes of requests and until when each is good, in seconds since 1970; about in the order of their ends. */
  readonly #goodUntil = new Map<string, number>();

  constructor(private readonly ledger: Ledger) {}

  /**
   * Notes a request and resolves when the ledger has it; answers whether it is new.
   * @throws AccountsError `state.unavailable`: then it does not count as seen
   */
  async note(request: string, goodUntilSeconds: number, nowSeconds: number): Promise<boolean> {
    this.#forgetOld(nowSeconds);
    const key = createHash('sha256').update(request, 'latin1').digest('base64url');
    if (this.#goodUntil.has(key)) return false;
    this.#goodUntil.set(key, goodUntilSeconds);
    this.ledger.note(key);
    try {
      await this.ledger.durable();
    } catch (error) {
      this.#goodUntil.delete(key);
      throw error;
    }
    return true;
  }

  /** Takes in what an earlier process noted; answers false when it is not to be understood. */
  recall(key: string, text: string): boolean {
    if (!/^\d+$/.test(text)) return false;
    this.#goodUntil.set(key, Number(text));
    return true;
  }

  /** What the ledger keeps of a request. */
  value(key: string): string | undefined {
    return this.#goodUntil.get(key)?.toString();
  }

  /** All requests that are remembered. */
  keys(): Iterable<string> {
    return this.#goodUntil.keys();
  }

  #forgetOld(nowSeconds: number): void {
    for (const [key, until] of this.#goodUntil) {
      if (until >= nowSeconds) break;
      this.#goodUntil.delete(key);
    }
  }
}
