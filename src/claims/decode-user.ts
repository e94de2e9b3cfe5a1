import {
  GENERIC_FIELDS,
  NATS_LIMITS_FIELDS,
  permission,
  STANDARD_FIELDS,
  textList,
} from './decode-common.js';
import {
  type Fields,
  flag,
  int64,
  list,
  nullable,
  type Shape,
  struct,
  text,
  withDefault,
} from './json-shape.js';
import {
  type GenericFields,
  type Int64,
  NO_LIMIT,
  type Permissions,
  type ResponsePermission,
  type StandardClaims,
  type TimeRange,
  type UserBody,
  type UserPermissionLimits,
} from './types.js';
import { trimSpace } from './white-space.js';

/** v2/types.go Permissions. */
export const PERMISSIONS_FIELDS: Fields<Permissions> = {
  pub: permission,
  sub: permission,
  resp: nullable(struct<ResponsePermission>({ max: int64, ttl: int64 })),
};

/** A time of day within which a user may connect; the texts are judged later. */
export const timeRange = struct<TimeRange>({ start: text, end: text });

/** Go lower-cases letter by letter, without JavaScript's rules for word ends and U+0130. */
const lowerCase = (letters: string): string =>
  [...letters].map((letter) => (letter === '\u0130' ? 'i' : letter.toLowerCase())).join('');

function splitCidrs(source: string): readonly string[] {
  const cidrs = source.split(',').map((cidr) => trimSpace(lowerCase(cidr)));
  return [...new Set(cidrs)].filter((cidr) => cidr !== '');
}

/** `src`: an array, or one string with commas (v2/types.go CIDRList). */
const cidrList: Shape<readonly string[]> = {
  zero: textList.zero,
  read(json) {
    if (json.kind() === 'string') return splitCidrs(json.text());
    return textList.read(json, textList.zero());
  },
};

const USER_LIMITS_FIELDS = { src: cidrList, times: list(timeRange), times_location: text };

const USER_PERMISSION_LIMITS_FIELDS: Fields<UserPermissionLimits> = {
  ...PERMISSIONS_FIELDS,
  ...USER_LIMITS_FIELDS,
  ...NATS_LIMITS_FIELDS,
  bearer_token: flag,
  proxy_required: flag,
  allowed_connection_types: textList,
};

const unlimited = withDefault(int64, NO_LIMIT);
const UNLIMITED_FIELDS = { subs: unlimited, data: unlimited, payload: unlimited };

/** The template of a scope: numbers that are absent are -1 (v2/signingkeys.go NewUserScope). */
export const scopeTemplate = struct<UserPermissionLimits>({
  ...USER_PERMISSION_LIMITS_FIELDS,
  ...UNLIMITED_FIELDS,
});

/** A user token of version 2 (v2/user_claims.go). */
export const userToken = struct<StandardClaims & { nats: UserBody }>({
  ...STANDARD_FIELDS,
  nats: struct<UserBody>({ ...USER_PERMISSION_LIMITS_FIELDS, issuer_account: text, ...GENERIC_FIELDS }),
});

/** `nats` of a user token of version 1 (v2/decoder_user.go v1User). `max` is read and dropped. */
export type UserBodyV1 = Omit<
  UserBody,
  'proxy_required' | 'allowed_connection_types' | 'issuer_account' | keyof GenericFields
> & { readonly max: Int64 };

/** `nats` of a user token of version 1; absent limits are -1. */
export const userBodyV1 = struct<UserBodyV1>({
  ...PERMISSIONS_FIELDS,
  ...USER_LIMITS_FIELDS,
  ...UNLIMITED_FIELDS,
  bearer_token: flag,
  max: int64,
});
