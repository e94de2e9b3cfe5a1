/** Remembers requests for as long as they are good, so that each counts once. */
export class SeenRequests {
  /** Until when each is good, in seconds since 1970; about in the order of their ends. */
  readonly #goodUntil = new Map<string, number>();

  /** Notes a request; answers whether it is new. */
  note(request: string, goodUntilSeconds: number, nowSeconds: number): boolean {
    for (const [known, until] of this.#goodUntil) {
      if (until >= nowSeconds) break;
      this.#goodUntil.delete(known);
    }
    if (this.#goodUntil.has(request)) return false;
    this.#goodUntil.set(request, goodUntilSeconds);
    return true;
  }
}
