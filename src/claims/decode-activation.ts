import { exportType, GENERIC_FIELDS, STANDARD_FIELDS } from './decode-common.js';
import { timeRange } from './decode-user.js';
import { int64, list, struct, text } from './json-shape.js';
import type { ActivationBody, ExportType, Int64, StandardClaims, TimeRange } from './types.js';

/** An activation token of version 2 (v2/activation_claims.go). */
export const activationToken = struct<StandardClaims & { nats: ActivationBody }>({
  ...STANDARD_FIELDS,
  nats: struct<ActivationBody>({ subject: text, kind: exportType, issuer_account: text, ...GENERIC_FIELDS }),
});

/** What version 1 knew of an activation; the limits are read and dropped (v2/decoder_activation.go v1NatsActivation). */
export interface ActivationBodyV1 {
  readonly subject: string;
  readonly type: ExportType;
  readonly max: Int64;
  readonly payload: Int64;
  readonly src: string;
  readonly times: readonly TimeRange[];
}

/** `nats` of an activation token of version 1. */
export const activationBodyV1 = struct<ActivationBodyV1>({
  subject: text,
  type: exportType,
  max: int64,
  payload: int64,
  src: text,
  times: list(timeRange),
});
