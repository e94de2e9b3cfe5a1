/**
 * Shapes: what a place in a document must hold. Reading goes *into* what is there already, as in Go's encoding/json:
 * null leaves scalars and structs alone, a second occurrence of a name goes over the first.
 */

import type { JsonCursor } from './json-cursor.js';
import { KnownNames } from './json-known-names.js';
import type { Int64 } from './types.js';

/** What a place must hold, and how to read it. */
export interface Shape<T> {
  /** Go's zero value: what a missing field holds. */
  zero(): T;
  /** Reads the value at the cursor over `old`; a value of the wrong kind is noted on the cursor and `old` stays. */
  read(json: JsonCursor, old: T): T;
}

/** A shape for every field of T, none missing, none too many. */
export type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

/** Go's nil slice: a list that was never given. An empty one that was given is another object. */
export const NO_LIST: readonly never[] = Object.freeze([]);
/** Go's nil map: one that was never given, or null. */
export const NO_MAP: ReadonlyMap<string, never> = new Map<string, never>();

/** A string. */
export const text: Shape<string> = {
  zero: () => '',
  read(json, old) {
    const kind = json.kind();
    if (kind === 'string') return json.text();
    if (kind === 'null') json.skip();
    else json.mismatch('a string');
    return old;
  },
};

/** `true` or `false`. */
export const flag: Shape<boolean> = {
  zero: () => false,
  read(json, old) {
    const kind = json.kind();
    if (kind === 'boolean') return json.source() === 'true';
    if (kind === 'null') json.skip();
    else json.mismatch('true or false');
    return old;
  },
};

const INTEGER = /^-?\d+$/;
/** So many characters hold a safe integer whatever they are, and so many no 64-bit integer. */
const SAFE_LENGTH = 15;
const EXCESSIVE_LENGTH = 21;

function parseInteger(source: string): Int64 | undefined {
  if (source.length >= EXCESSIVE_LENGTH || !INTEGER.test(source)) return undefined;
  // `+ 0` makes 0 of -0.
  if (source.length <= SAFE_LENGTH) return Number(source) + 0;
  const value = BigInt(source);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** An integer literal within bounds; 1.0, 1e3 and "1" are none. */
function integer(due: string, accepts: (value: Int64, source: string) => boolean): Shape<Int64> {
  return {
    zero: () => 0,
    read(json, old) {
      const kind = json.kind();
      if (kind !== 'number') {
        if (kind === 'null') json.skip();
        else json.mismatch(due);
        return old;
      }
      const source = json.source();
      const value = parseInteger(source);
      if (value !== undefined && accepts(value, source)) return value;
      json.notes.wrong(due, `number ${source.slice(0, 24)}`);
      return old;
    },
  };
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** Go int64 (and int, time.Duration). */
export const int64 = integer('a 64-bit integer', (value) => value >= INT64_MIN && value <= INT64_MAX);
/** Go uint64 (and uint). `-0` is none. */
export const uint64 = integer(
  'a 64-bit integer from 0 on',
  (value, source) => value <= UINT64_MAX && !source.startsWith('-'),
);
/** Go uint8. */
export const uint8 = integer(
  'an integer from 0 to 255',
  (value, source) => value <= 255 && !source.startsWith('-'),
);

/** A shape whose zero value is another one. */
export function withDefault<T>(shape: Shape<T>, value: T): Shape<T> {
  return { zero: () => value, read: (json, old) => shape.read(json, old) };
}

/** An array; null makes it Go's nil slice. */
export function list<T>(element: Shape<T>): Shape<readonly T[]> {
  return {
    zero: () => NO_LIST,
    read(json, old) {
      if (json.kind() !== 'array') return nothing(json, 'an array', NO_LIST, old);
      const items: T[] = [];
      json.elements((index) => {
        json.notes.path.push(index);
        items.push(element.read(json, old[index] ?? element.zero()));
        json.notes.path.pop();
      });
      return items;
    },
  };
}

/** A map with free names. A name that comes again replaces what it held; a map that comes again adds to the first. */
export function map<T>(value: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return {
    zero: () => NO_MAP,
    read(json, old) {
      if (json.kind() !== 'object') return nothing(json, 'an object', NO_MAP, old);
      // Only the shared empty map is not ours to change.
      const entries = old === NO_MAP ? new Map<string, T>() : (old as Map<string, T>);
      json.members(() => {
        const name = json.text();
        json.notes.path.push(name);
        entries.set(name, value.read(json, value.zero()));
        json.notes.path.pop();
      });
      return entries;
    },
  };
}

/** A value that may be null: a pointer in Go. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return {
    zero: () => null,
    read(json, old) {
      if (json.kind() !== 'null') return shape.read(json, old ?? shape.zero());
      json.skip();
      return null;
    },
  };
}

/** For containers: null empties, anything else that is no container is wrong. */
function nothing<T>(json: JsonCursor, due: string, empty: T, old: T): T {
  if (json.kind() === 'null') {
    json.skip();
    return empty;
  }
  json.mismatch(due);
  return old;
}

/** An object with known fields; others are stepped over. Names match exactly, else by folding (noted on the cursor). */
export function struct<T extends object>(fields: Fields<T>): Shape<T> {
  const entries = Object.entries(fields) as [string, Shape<unknown>][];
  const shapes = new Map(entries);
  const names = new KnownNames([...shapes.keys()]);
  return {
    zero() {
      const record: Record<string, unknown> = {};
      for (const [name, shape] of entries) record[name] = shape.zero();
      // `Fields<T>` names every field of T with the shape of its value: the record is a T.
      return record as T;
    },
    read(json, old) {
      if (json.kind() !== 'object') return nothing(json, 'an object', old, old);
      const record = old as Record<string, unknown>;
      json.members(() => {
        const field = json.fieldName(names);
        const shape = field === undefined ? undefined : shapes.get(field);
        if (field === undefined || shape === undefined) return json.skip();
        json.notes.path.push(field);
        record[field] = shape.read(json, record[field]);
        json.notes.path.pop();
      });
      return old;
    },
  };
}
