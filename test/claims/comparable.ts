import { readFileSync } from 'node:fs';
import type { Claims } from '../../src/claims/types.js';

/** Pointers in Go: there or not there is a difference even when all they point to is empty. */
const POINTERS = new Set(['resp', 'trace', 'service_latency', 'client_tls']);
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const LONG_INTEGER = /^-?\d{16,}$/;

/** Parses JSON so that integers beyond 2^53 keep their digits, as `#<digits>`. */
export function parseExactly(json: string): unknown {
  return JSON.parse(
    json.replace(STRING_OR_NUMBER, (token) => (LONG_INTEGER.test(token) ? `"#${token}"` : token)),
  );
}

/** Reads golden vectors as `readVectors` does, long integers as {@link parseExactly} has them. */
export function readVectorsExactly<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [parseExactly(line) as T]));
}

/**
 * Brings claims, ours or those that Go has written, into one form: maps become objects, empty fields go (Go writes some
 * of them and leaves out others), long integers become `#<digits>`.
 */
export function comparable(value: unknown): unknown {
  if (typeof value === 'bigint') return `#${value}`;
  if (typeof value === 'number') return LONG_INTEGER.test(String(value)) ? `#${value}` : value;
  // Go writes a nil slice within another as null.
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(comparable);
  if (value instanceof Map) return comparable(Object.fromEntries(value));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [
    name,
    name === 'sampling' && field === 'headers' ? 0 : comparable(field),
  ]);
  return Object.fromEntries(
    fields.filter(([name, field]) => (POINTERS.has(name) ? field !== null : !isEmpty(field))),
  );
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false || value === null;
}

/** Our claims in that form. */
export function comparableClaims({ kind: _kind, ...claims }: Claims): unknown {
  if (!('signing_keys' in claims.nats) || !(claims.nats.signing_keys instanceof Map))
    return comparable(claims);
  const keys = [...claims.nats.signing_keys].sort(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  // Go writes the map as a list of scopes and plain keys.
  return comparable({
    ...claims,
    nats: { ...claims.nats, signing_keys: keys.map(([key, scope]) => scope ?? key) },
  });
}
