import { GENERIC_FIELDS, STANDARD_FIELDS, textList } from './decode-common.js';
import { type Fields, flag, struct, text } from './json-shape.js';
import type { OperatorBody, StandardClaims } from './types.js';

/** What version 1 knew of an operator (v2/decoder_operator.go v1NatsOperator). */
export type OperatorBodyV1 = Pick<
  OperatorBody,
  'signing_keys' | 'account_server_url' | 'operator_service_urls' | 'system_account'
>;

const V1_FIELDS: Fields<OperatorBodyV1> = {
  signing_keys: textList,
  account_server_url: text,
  operator_service_urls: textList,
  system_account: text,
};

/** `nats` of an operator token of version 1. */
export const operatorBodyV1 = struct<OperatorBodyV1>(V1_FIELDS);

/** An operator token of version 2 (v2/operator_claims.go). */
export const operatorToken = struct<StandardClaims & { nats: OperatorBody }>({
  ...STANDARD_FIELDS,
  nats: struct<OperatorBody>({
    ...V1_FIELDS,
    assert_server_version: text,
    strict_signing_key_usage: flag,
    ...GENERIC_FIELDS,
  }),
});
