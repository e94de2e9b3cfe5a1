import { inspect } from 'node:util';

/** What stands where a secret would. */
export const HIDDEN = '[hidden]';

/** A password, token or the like: prints itself masked everywhere, and gives its text only when asked by name. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself, for the one place that needs it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/**
 * A URL with its `user:password@` masked, whatever characters the password holds; anything else is given back as it is.
 */
export function maskUserinfo(url: string): string {
  return url.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, `$1${HIDDEN}@`);
}
