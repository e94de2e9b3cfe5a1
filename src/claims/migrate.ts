/**
 * Claims of version 1 in the shape of version 2 (v2/decoder_*.go migrateV1): `type`, `tags` and `issuer_account` stood
 * at the top, some fields had other names, some are gone. They keep their version 1.
 */

import {
  type AccountBodyV1,
  accountBodyV1,
  externalAuthorization,
  operatorLimits,
  permissions,
} from './decode-account.js';
import { type ActivationBodyV1, activationBodyV1 } from './decode-activation.js';
import { STANDARD_FIELDS, textList } from './decode-common.js';
import { type OperatorBodyV1, operatorBodyV1 } from './decode-operator.js';
import { type UserBodyV1, userBodyV1 } from './decode-user.js';
import { NO_LIST, type Shape, struct, text } from './json-shape.js';
import type {
  AccountClaims,
  ActivationClaims,
  GenericFields,
  OperatorClaims,
  StandardClaims,
  UserClaims,
} from './types.js';

/** A whole token of version 1. */
export interface TokenV1<B> extends StandardClaims {
  readonly type: string;
  readonly tags: readonly string[];
  readonly issuer_account: string;
  readonly nats: B;
}

const tokenV1 = <B extends object>(nats: Shape<B>): Shape<TokenV1<B>> =>
  struct<TokenV1<B>>({ ...STANDARD_FIELDS, type: text, tags: textList, issuer_account: text, nats });

/** An account token of version 1. */
export const accountTokenV1 = tokenV1(accountBodyV1);
/** An operator token of version 1. */
export const operatorTokenV1 = tokenV1(operatorBodyV1);
/** An activation token of version 1. */
export const activationTokenV1 = tokenV1(activationBodyV1);
/** A user token of version 1. */
export const userTokenV1 = tokenV1(userBodyV1);

function standardClaims(token: TokenV1<unknown>): StandardClaims {
  const { aud, exp, jti, iat, iss, name, nbf, sub } = token;
  return { aud, exp, jti, iat, iss, name, nbf, sub };
}

function genericFields({ type, tags }: TokenV1<unknown>): GenericFields {
  return { type, version: 1, tags };
}

/** What version 1 did not know is empty; limits that are absent stay 0. */
export function migrateAccount(token: TokenV1<AccountBodyV1>): AccountClaims {
  const { imports, exports, limits, signing_keys, revocations } = token.nats;
  return {
    kind: 'account',
    ...standardClaims(token),
    nats: {
      imports,
      exports,
      limits: { ...operatorLimits.zero(), ...limits },
      signing_keys: new Map(signing_keys.map((key) => [key, null])),
      revocations,
      default_permissions: permissions.zero(),
      mappings: new Map(),
      authorization: externalAuthorization.zero(),
      trace: null,
      cluster_traffic: '',
      description: '',
      info_url: '',
      ...genericFields(token),
    },
  };
}

/** What version 1 did not know is off or empty. */
export function migrateOperator(token: TokenV1<OperatorBodyV1>): OperatorClaims {
  const body = { ...token.nats, assert_server_version: '', strict_signing_key_usage: false };
  return { kind: 'operator', ...standardClaims(token), nats: { ...body, ...genericFields(token) } };
}

/** The type becomes the kind; `issuer_account` comes from the top alone. */
export function migrateActivation(token: TokenV1<ActivationBodyV1>): ActivationClaims {
  const { issuer_account } = token;
  const { subject, type: kind } = token.nats;
  return {
    kind: 'activation',
    ...standardClaims(token),
    nats: { subject, kind, issuer_account, ...genericFields(token) },
  };
}

/** What version 1 did not know is off or empty; limits that are absent are -1. */
export function migrateUser(token: TokenV1<UserBodyV1>): UserClaims {
  const { max: _dropped, ...body } = token.nats;
  const { issuer_account } = token;
  const unknown = { proxy_required: false, allowed_connection_types: NO_LIST };
  return {
    kind: 'user',
    ...standardClaims(token),
    nats: { ...body, ...unknown, issuer_account, ...genericFields(token) },
  };
}
