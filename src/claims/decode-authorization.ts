/** Tokens of the authorization callout (v2/authorization_claims.go): every field is checked, few are of use to us. */

import { GENERIC_FIELDS, STANDARD_FIELDS, textList } from './decode-common.js';
import { int64, list, nullable, struct, text, uint64 } from './json-shape.js';

const server = struct({
  name: text,
  host: text,
  id: text,
  version: text,
  cluster: text,
  tags: textList,
  xkey: text,
});

const client = struct({
  host: text,
  id: uint64,
  user: text,
  name: text,
  tags: textList,
  name_tag: text,
  kind: text,
  type: text,
  mqtt_id: text,
  nonce: text,
});

const connectOptions = struct({
  jwt: text,
  nkey: text,
  sig: text,
  auth_token: text,
  user: text,
  pass: text,
  name: text,
  lang: text,
  version: text,
  protocol: int64,
});

const clientTls = struct({
  version: text,
  cipher: text,
  certs: textList,
  verified_chains: list(textList),
});

/** An authorization request, signed by a server. */
export const authorizationRequestToken = struct({
  ...STANDARD_FIELDS,
  nats: struct({
    server_id: server,
    user_nkey: text,
    client_info: client,
    connect_opts: connectOptions,
    client_tls: nullable(clientTls),
    request_nonce: text,
    ...GENERIC_FIELDS,
  }),
});

/** The answer to it, signed by an account. */
export const authorizationResponseToken = struct({
  ...STANDARD_FIELDS,
  nats: struct({ jwt: text, error: text, issuer_account: text, ...GENERIC_FIELDS }),
});
