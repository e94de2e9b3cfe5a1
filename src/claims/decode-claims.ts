import { type ChunkJson, failed } from './chunk.js';
import { accountToken, withoutFlatLimits } from './decode-account.js';
import { activationToken } from './decode-activation.js';
import { authorizationRequestToken, authorizationResponseToken } from './decode-authorization.js';
import { GENERIC_FIELDS } from './decode-common.js';
import { genericToken } from './decode-generic.js';
import { operatorToken } from './decode-operator.js';
import { userToken } from './decode-user.js';
import { type Shape, struct, text } from './json-shape.js';
import type { DecodeProblem, Result } from './jwt.js';
import {
  accountTokenV1,
  activationTokenV1,
  migrateAccount,
  migrateActivation,
  migrateOperator,
  migrateUser,
  operatorTokenV1,
  userTokenV1,
} from './migrate.js';
import type { SignatureForm } from './token.js';
import type { Claims, GenericFields, Int64 } from './types.js';

/** Newest version of claims there is (v2/decoder.go libVersion). */
const NEWEST_VERSION = 2;

type Load = (payload: ChunkJson) => Result<Claims, DecodeProblem>;

function load<T>(token: Shape<T>, toClaims: (token: T) => Claims): Load {
  return (payload) => {
    const read = payload.read(token);
    return read.ok ? { ok: true, value: toClaims(read.value) } : read;
  };
}

/** How tokens of each type are read, by version. */
const VERSIONED: ReadonlyMap<string, { readonly v1: Load; readonly v2: Load }> = new Map([
  [
    'operator',
    {
      v1: load(operatorTokenV1, migrateOperator),
      v2: load(operatorToken, (token) => ({ kind: 'operator', ...token })),
    },
  ],
  [
    'account',
    {
      v1: load(accountTokenV1, migrateAccount),
      v2: load(accountToken, (token) => ({ kind: 'account', ...token, nats: withoutFlatLimits(token.nats) })),
    },
  ],
  [
    'user',
    { v1: load(userTokenV1, migrateUser), v2: load(userToken, (token) => ({ kind: 'user', ...token })) },
  ],
  [
    'activation',
    {
      v1: load(activationTokenV1, migrateActivation),
      v2: load(activationToken, (token) => ({ kind: 'activation', ...token })),
    },
  ],
]);

/** Types that look the same in every version. */
const UNVERSIONED: ReadonlyMap<string, Load> = new Map([
  [
    'authorization_request',
    load(authorizationRequestToken, (token) => ({ kind: 'authorization_request', ...token })),
  ],
  [
    'authorization_response',
    load(authorizationResponseToken, (token) => ({ kind: 'authorization_response', ...token })),
  ],
]);

const UNSUPPORTED: ReadonlySet<string> = new Set(['cluster', 'server']);

const loadGeneric = load(genericToken, (token) => ({ kind: 'generic', ...token }));

/** What tells type and version of a token. */
export interface Identifier {
  readonly type: string;
  readonly version: Int64;
}

/** The fields that identify a token, checked in every one of them (v2/decoder.go identifier). */
const identifierFields = struct<{ type: string; nats: GenericFields }>({
  type: text,
  nats: struct(GENERIC_FIELDS),
});

/** A type at the top means version 1, whatever stands under `nats`. */
export function identify(fields: { readonly type: string; readonly nats: Identifier }): Identifier {
  return fields.type === '' ? fields.nats : { type: fields.type, version: 1 };
}

/** Which part of a token with this identity is signed; generic tokens count as older than version 1. */
export function signatureForm({ type, version }: Identifier): SignatureForm {
  const generic = !VERSIONED.has(type) && !UNVERSIONED.has(type);
  return generic || version <= 1 ? 'v1' : 'v2';
}

function chooseLoad({ type, version }: Identifier): Result<Load, DecodeProblem> {
  if (version > NEWEST_VERSION) return failed('payload', `the token is of version ${version}, newer than 2`);
  if (UNSUPPORTED.has(type)) return failed('payload', `${type} tokens are not supported`);
  const versioned = VERSIONED.get(type);
  if (versioned === undefined) return { ok: true, value: UNVERSIONED.get(type) ?? loadGeneric };
  if (version < 1) return failed('payload', `the ${type} token is of version ${version}, not 1 or 2`);
  return { ok: true, value: version === 1 ? versioned.v1 : versioned.v2 };
}

/** Reads a payload as the claims that its type and version call for. */
export function loadClaims(
  payload: ChunkJson,
): Result<{ readonly claims: Claims; readonly signatureForm: SignatureForm }, DecodeProblem> {
  const fields = payload.read(identifierFields);
  if (!fields.ok) return fields;
  const identifier = identify(fields.value);
  const chosen = chooseLoad(identifier);
  if (!chosen.ok) return chosen;
  const claims = chosen.value(payload);
  if (!claims.ok) return claims;
  return { ok: true, value: { claims: claims.value, signatureForm: signatureForm(identifier) } };
}
