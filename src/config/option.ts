import type { Kind } from './kinds.js';

/** How an option may be named besides its own place in the configuration, and what it means. */
export interface Facts {
  readonly description: string;
  /** Without the dashes. The environment variable follows from it: `read-only` is NATS_ACCOUNT_SERVER_READ_ONLY. */
  readonly flag?: string;
  /** Spellings of the Go server's command line, without the dash. */
  readonly goFlags?: readonly string[];
  /** Keys of the Go server's configuration file, lower case, with their group. */
  readonly goKeys?: readonly string[];
  /**
   * Options of one group exclude each other unless their `side` is the same. What a stronger source names (flags over
   * environment over file) puts aside the other sides of weaker ones; within one source it is a mistake.
   */
  readonly rivals?: { readonly group: string; readonly side: string };
}

/** One option: the kind of its value, its default, its names. */
export interface Option<T> extends Facts {
  readonly kind: Kind<Exclude<T, undefined>>;
  readonly initial: T;
}

/** An option that is absent unless it is set. */
export function optional<T>(kind: Kind<T>, facts: Facts): Option<T | undefined> {
  // `T` is never undefined itself: no kind reads a text to undefined.
  return { ...facts, kind: kind as Kind<Exclude<T, undefined>>, initial: undefined };
}

/** An option with a default. */
export function defaulted<T>(kind: Kind<T>, initial: T, facts: Facts): Option<T> {
  return { ...facts, kind: kind as Kind<Exclude<T, undefined>>, initial };
}

/** The values that a (nested) table of options describes. */
export type ValuesOf<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer T> ? T : ValuesOf<Table[Name]>;
};
