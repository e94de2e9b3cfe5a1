import type { TextPlace } from '../claims/kept-account.js';

/** Room for some 700 tokens. */
const SLAB_BYTES = 1_048_576;

/**
 * Keeps tokens side by side outside of the heap, where nothing is copied and no room is kept beside them when garbage is
 * collected: as strings, 100,000 tokens are half of the heap. A slab is freed when nobody keeps a place in it any more.
 */
export class TokenShelf {
  #slab = Buffer.alloc(0);
  #filled = 0;

  /** Keeps a copy. */
  readonly keep = (bytes: Uint8Array): TextPlace => {
    if (bytes.length > this.#slab.length - this.#filled) this.#begin(Math.max(SLAB_BYTES, bytes.length));
    const start = this.#filled;
    this.#slab.set(bytes, start);
    this.#filled += bytes.length;
    return { slab: this.#slab, start, end: this.#filled };
  };

  #begin(length: number): void {
    // Of its own: the system gives memory to it only as it is filled.
    this.#slab = Buffer.allocUnsafeSlow(length);
    this.#filled = 0;
  }
}
