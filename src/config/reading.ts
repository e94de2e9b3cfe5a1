/** What reading a text as a value gives: the value, or what is wrong with the text. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** The text was good. */
export const read = <T>(value: T): Reading<T> => ({ ok: true, value });
/** The text was not; the message says why, and what would be. */
export const unreadable = (message: string): Reading<never> => ({ ok: false, message });
