import {
  exportType,
  GENERIC_FIELDS,
  INFO_FIELDS,
  NATS_LIMITS_FIELDS,
  STANDARD_FIELDS,
  textList,
} from './decode-common.js';
import { signingKeys } from './decode-signing-keys.js';
import { PERMISSIONS_FIELDS } from './decode-user.js';
import {
  type Fields,
  flag,
  int64,
  list,
  map,
  nullable,
  type Shape,
  struct,
  text,
  uint8,
  uint64,
} from './json-shape.js';
import type {
  AccountBody,
  Export,
  ExternalAuthorization,
  Import,
  Int64,
  JetStreamLimits,
  MsgTrace,
  OperatorLimits,
  Permissions,
  ServiceLatency,
  StandardClaims,
  WeightedMapping,
} from './types.js';

const importEntry = struct<Import>({
  name: text,
  subject: text,
  account: text,
  token: text,
  to: text,
  local_subject: text,
  type: exportType,
  share: flag,
  allow_trace: flag,
});

/** `"headers"` in any case counts as 0, but not with escapes: Go compares the source text (v2/exports.go SamplingRate). */
const sampling: Shape<Int64> = {
  zero: () => 0,
  read(json, old) {
    if (json.kind() === 'null') {
      json.skip();
      return 0;
    }
    if (json.kind() !== 'string') return int64.read(json, old);
    if (json.source().toLowerCase() !== '"headers"')
      json.notes.wrong('"headers" or an integer', 'another string');
    return 0;
  },
};

const revocations = map(int64);

const exportEntry = struct<Export>({
  name: text,
  subject: text,
  type: exportType,
  token_req: flag,
  revocations,
  response_type: text,
  response_threshold: int64,
  service_latency: nullable(struct<ServiceLatency>({ sampling, results: text })),
  account_token_position: uint64,
  advertise: flag,
  allow_trace: flag,
  ...INFO_FIELDS,
});

/** Limits that version 1 knew already. */
type BasicLimits = Omit<OperatorLimits, keyof JetStreamLimits | 'tiered_limits'>;

const BASIC_LIMITS_FIELDS: Fields<BasicLimits> = {
  ...NATS_LIMITS_FIELDS,
  imports: int64,
  exports: int64,
  wildcards: flag,
  disallow_bearer: flag,
  conn: int64,
  leaf: int64,
};

const JETSTREAM_LIMITS_FIELDS: Fields<JetStreamLimits> = {
  mem_storage: int64,
  disk_storage: int64,
  streams: int64,
  consumer: int64,
  max_ack_pending: int64,
  mem_max_stream_bytes: int64,
  disk_max_stream_bytes: int64,
  max_bytes_required: flag,
};

const jetStreamLimits = struct<JetStreamLimits>(JETSTREAM_LIMITS_FIELDS);

/** Limits as version 2 has them, every one 0 when absent. */
export const operatorLimits = struct<OperatorLimits>({
  ...BASIC_LIMITS_FIELDS,
  ...JETSTREAM_LIMITS_FIELDS,
  tiered_limits: map(jetStreamLimits),
});

const COMMON_BODY_FIELDS = {
  imports: list(nullable(importEntry)),
  exports: list(nullable(exportEntry)),
  revocations,
};

/** An account's default permissions, all empty when absent. */
export const permissions = struct<Permissions>(PERMISSIONS_FIELDS);

/** Who decides about clients of this account. */
export const externalAuthorization = struct<ExternalAuthorization>({
  auth_users: textList,
  allowed_accounts: textList,
  xkey: text,
});

const accountBody = struct<AccountBody>({
  ...COMMON_BODY_FIELDS,
  limits: operatorLimits,
  signing_keys: signingKeys,
  default_permissions: permissions,
  mappings: map(list(struct<WeightedMapping>({ subject: text, weight: uint8, cluster: text }))),
  authorization: externalAuthorization,
  trace: nullable(struct<MsgTrace>({ dest: text, sampling: int64 })),
  cluster_traffic: text,
  ...INFO_FIELDS,
  ...GENERIC_FIELDS,
});

/** An account token of version 2 (v2/account_claims.go). */
export const accountToken = struct<StandardClaims & { nats: AccountBody }>({
  ...STANDARD_FIELDS,
  nats: accountBody,
});

/** With tiers, Go sets the flat JetStream limits to zero (v2/decoder_account.go loadAccount). */
export function withoutFlatLimits(body: AccountBody): AccountBody {
  if (body.limits.tiered_limits.size === 0) return body;
  return { ...body, limits: { ...body.limits, ...jetStreamLimits.zero() } };
}

/** What version 1 knew of an account (v2/decoder_account.go v1NatsAccount): signing keys are strings only. */
export interface AccountBodyV1 extends Pick<AccountBody, 'imports' | 'exports' | 'revocations'> {
  readonly limits: BasicLimits;
  readonly signing_keys: readonly string[];
}

/** `nats` of an account token of version 1. */
export const accountBodyV1 = struct<AccountBodyV1>({
  ...COMMON_BODY_FIELDS,
  limits: struct<BasicLimits>(BASIC_LIMITS_FIELDS),
  signing_keys: textList,
});
