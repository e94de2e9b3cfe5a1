/** An answer that is not of the shape that the API promises. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** The members of a JSON object, read one by one as what they have to be. Members that nobody asks for do no harm. */
export class Members {
  readonly #values: ReadonlyMap<string, unknown>;

  /**
   * @param where the place in the answer, for messages
   * @throws ShapeError when it is no object
   */
  constructor(
    value: unknown,
    private readonly where = 'the answer',
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ShapeError(`${where} is no object`);
    this.#values = new Map(Object.entries(value));
  }

  /** @throws ShapeError when it is no text; so do all that follow */
  text(name: string): string {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : this.#wrong(name, 'text');
  }

  /** Text, or undefined where there is null or nothing. */
  maybeText(name: string): string | undefined {
    return this.#values.get(name) == null ? undefined : this.text(name);
  }

  count(name: string): number {
    const value = this.#values.get(name);
    return typeof value === 'number' && value >= 0 ? value : this.#wrong(name, 'count');
  }

  /** A count, or undefined where there is null or nothing. */
  maybeCount(name: string): number | undefined {
    return this.#values.get(name) == null ? undefined : this.count(name);
  }

  flag(name: string): boolean {
    const value = this.#values.get(name);
    return typeof value === 'boolean' ? value : this.#wrong(name, 'truth value');
  }

  /** Unix milliseconds from ISO 8601; undefined where there is null or nothing. */
  maybeTime(name: string): number | undefined {
    const text = this.maybeText(name);
    const ms = Date.parse(text ?? '');
    if (text !== undefined && Number.isNaN(ms)) this.#wrong(name, 'time');
    return text === undefined ? undefined : ms;
  }

  object(name: string): Members {
    return new Members(this.#values.get(name), `${this.where}.${name}`);
  }

  /** Each entry of a list as it stands. */
  list(name: string): readonly unknown[] {
    const value: unknown = this.#values.get(name);
    return Array.isArray(value) ? value : this.#wrong(name, 'list');
  }

  /** Each entry of a list of objects. */
  objects(name: string): Members[] {
    return this.list(name).map((entry, index) => new Members(entry, `${this.where}.${name}[${index}]`));
  }

  #wrong(name: string, wanted: string): never {
    throw new ShapeError(`${this.where}.${name} is no ${wanted}`);
  }
}
