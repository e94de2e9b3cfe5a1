import { readFileSync } from 'node:fs';
import type { Severity } from '../../src/claims/issues.js';

/** One line of `claims.jsonl`: what Go said of a token (see the README there). */
export interface Verdict {
  readonly id: string;
  readonly note: string;
  readonly jwt?: string;
  readonly jwt_b64?: string;
  readonly recipe?: {
    readonly head: string;
    readonly fill: string;
    readonly count: number;
    readonly tail: string;
  };
  readonly decode: { readonly ok: boolean };
  readonly issues?: readonly { readonly severity: Severity }[];
  readonly issues_unordered?: boolean;
  readonly blocking?: boolean;
  readonly blocking_with_time?: boolean;
  readonly validate_panic?: unknown;
  readonly hardening?: readonly string[];
}

/** Reads a file of golden vectors: one object a line, in the shape that its README gives. */
export function readVectors<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]));
}

/** The token of a verdict, as text or as bytes. */
export function tokenOf({ jwt, jwt_b64: bytes, recipe }: Verdict): string | Uint8Array {
  if (bytes !== undefined) return Buffer.from(bytes, 'base64');
  if (recipe !== undefined) return recipe.head + recipe.fill.repeat(recipe.count) + recipe.tail;
  return jwt ?? '';
}
