import { STANDARD_FIELDS } from './decode-common.js';
import { freeValue } from './json-free-value.js';
import { type Fields, map, struct } from './json-shape.js';
import type { StandardClaims } from './types.js';

/** The common fields, and `nats` as it comes (v2/genericlaims.go GenericClaims). */
export type GenericToken = StandardClaims & { readonly nats: ReadonlyMap<string, unknown> };

/** The fields of a generic token. */
export const GENERIC_TOKEN_FIELDS: Fields<GenericToken> = { ...STANDARD_FIELDS, nats: map(freeValue) };

/** A token of a type that is not ours. */
export const genericToken = struct<GenericToken>(GENERIC_TOKEN_FIELDS);
