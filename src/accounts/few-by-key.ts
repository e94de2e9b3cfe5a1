const NONE: readonly never[] = [];

/**
 * Values by key, for keys that nearly always have one: with 100,000 of them a set for each would cost more than all else
 * that is kept of them.
 */
export class FewByKey<V extends object | string> {
  readonly #first = new Map<string, V>();
  /** Those that came later, of the few keys that have several. */
  readonly #more = new Map<string, readonly V[]>();

  /** All values of a key, in the order in which they came. */
  of(key: string): readonly V[] {
    const first = this.#first.get(key);
    if (first === undefined) return NONE;
    const more = this.#more.size === 0 ? undefined : this.#more.get(key);
    return more === undefined ? [first] : [first, ...more];
  }

  /** Adds a value, unless the key has it. */
  add(key: string, value: V): void {
    const first = this.#first.get(key);
    if (first === undefined) this.#first.set(key, value);
    else if (first !== value) this.#addMore(key, value);
  }

  /** Takes a value away, if the key has it. */
  remove(key: string, value: V): void {
    const [first, ...more] = this.of(key).filter((other) => other !== value);
    if (first === undefined) this.#first.delete(key);
    else this.#first.set(key, first);
    if (more.length === 0) this.#more.delete(key);
    else this.#more.set(key, more);
  }

  #addMore(key: string, value: V): void {
    const more = this.#more.get(key) ?? [];
    if (!more.includes(value)) this.#more.set(key, [...more, value]);
  }
}
