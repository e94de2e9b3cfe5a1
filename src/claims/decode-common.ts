import { type Fields, int64, list, type Shape, struct, text } from './json-shape.js';
import type { ExportType, GenericFields, Info, Permission, StandardClaims } from './types.js';

/** The common fields at the top of every token (jwt v2/claims.go ClaimsData). */
export const STANDARD_FIELDS: Fields<StandardClaims> = {
  aud: text,
  exp: int64,
  jti: text,
  iat: int64,
  iss: text,
  name: text,
  nbf: int64,
  sub: text,
};

/** A list of strings; null elements are empty strings. */
export const textList = list(text);

/** The fields that v2 puts into every body (v2/claims.go GenericFields). */
export const GENERIC_FIELDS: Fields<GenericFields> = { type: text, version: int64, tags: textList };

/** v2/types.go Info. */
export const INFO_FIELDS: Fields<Info> = { description: text, info_url: text };

/** v2/types.go NatsLimits, zero when absent. */
export const NATS_LIMITS_FIELDS = { subs: int64, data: int64, payload: int64 };

/** v2/types.go Permissions. */
export const permission: Shape<Permission> = struct<Permission>({ allow: textList, deny: textList });

/** `stream` or `service` in exact lower case; unlike other fields null is wrong too (v2/types.go ExportType). */
export const exportType: Shape<ExportType> = {
  zero: () => '',
  read(json, old) {
    if (json.kind() !== 'string') {
      json.mismatch('"stream" or "service"');
      return old;
    }
    const type = json.text();
    if (type === 'stream' || type === 'service') return type;
    json.notes.wrong('"stream" or "service"', 'another string');
    return old;
  },
};
