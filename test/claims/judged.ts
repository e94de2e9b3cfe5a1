import { createPrivateKey, type KeyObject, sign as signBytes } from 'node:crypto';
import { createAccount, createOperator, createServer, createUser, type KeyPair } from 'nkeys.js';
import { hardeningIssues } from '../../src/claims/hardening.js';
import type { Issue } from '../../src/claims/issues.js';
import type { VerifiedJwt } from '../../src/claims/jwt.js';
import { decodeBase32, parsePublicKey } from '../../src/claims/keys.js';
import { validate } from '../../src/claims/validate.js';
import { readJwt } from '../../src/claims/verify.js';
import { type Body, OPEN_LIMITS } from '../support/mint.js';

/** The second at which tests judge. */
export const NOW = 1_700_000_000;

/** Key pairs of every kind, made once: tokens are cheap then. */
export const OPERATOR = createOperator();
export const ACCOUNT = createAccount();
export const EXPORTER = createAccount();
export const USER = createUser();
export const SERVER = createServer();

const keys = new Map<KeyPair, string>();

/** The public key of a pair; nkeys.js computes it anew, in milliseconds, each time that it is asked. */
export function keyOf(pair: KeyPair): string {
  const key = keys.get(pair) ?? pair.getPublicKey();
  keys.set(pair, key);
  return key;
}

/** A key that Go takes for an account key, though it has 7 letters. */
export const SHORT_ACCOUNT_KEY = 'AAASCEA';
/** A key that Go takes for an account key, though its first byte is not that of one. */
export const ODD_ACCOUNT_KEY = 'AMDQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQO6EL';

const base64url = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');
const privateKeys = new Map<KeyPair, KeyObject>();

/** nkeys.js takes half a minute to sign a megabyte; Node signs with the same key at once. */
function privateKey(pair: KeyPair): KeyObject {
  const known = privateKeys.get(pair);
  if (known !== undefined) return known;
  const seed = decodeBase32(new TextDecoder().decode(pair.getSeed()))?.subarray(2, 34) ?? new Uint8Array();
  const x = parsePublicKey(keyOf(pair))?.bytes ?? new Uint8Array();
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: base64url(seed), x: base64url(x) };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  privateKeys.set(pair, key);
  return key;
}

/** Signs a payload, an object or JSON text, as version 2 of the library does. */
export function sign(payload: Body | string, signer: KeyPair): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const signed = `${base64url('{"typ":"JWT","alg":"ed25519-nkey"}')}.${base64url(text)}`;
  return `${signed}.${base64url(signBytes(null, Buffer.from(signed), privateKey(signer)))}`;
}

/** Signs a payload chunk as version 1 did: the header is not covered. */
export function signV1(payload: Body | string, signer: KeyPair): string {
  const chunk = typeof payload === 'string' ? payload : base64url(JSON.stringify(payload));
  const signature = signBytes(null, Buffer.from(chunk), privateKey(signer));
  return `${base64url('{"typ":"jwt","alg":"ed25519"}')}.${chunk}.${base64url(signature)}`;
}

/** Decodes and verifies a token that has to pass both. */
export function read(jwt: string): VerifiedJwt {
  const result = readJwt(jwt);
  if (!result.ok) throw new Error(`not a good token: ${result.problem.message}`);
  return result.value;
}

const asText = (issues: readonly Issue[]): string[] =>
  issues.map(({ rule, path }) => `${rule} ${path}`.trimEnd());

/** What validation says of a token: `I4 nats.imports[0].type`. */
export const judge = (jwt: string): string[] => asText(validate(read(jwt).claims, NOW));

/** What hardening says of a token, in the same form. */
export const harden = (jwt: string): string[] => asText(hardeningIssues(read(jwt)));

/** The issues of a token in full. */
export const issuesOf = (jwt: string): Issue[] => validate(read(jwt).claims, NOW);

/** An account with everything that an operator can allow, unless `nats` says otherwise. */
export function accountJwt(nats: Body = {}, claims: Body = {}, signer: KeyPair = OPERATOR): string {
  const body = { limits: OPEN_LIMITS, ...nats, type: 'account', version: 2 };
  return sign({ iss: keyOf(signer), sub: keyOf(ACCOUNT), ...claims, nats: body }, signer);
}

/** An account as version 1 of the library wrote it. */
export function accountJwtV1(nats: Body): string {
  return signV1({ iss: keyOf(OPERATOR), sub: keyOf(ACCOUNT), type: 'account', nats }, OPERATOR);
}

/** An operator that signed itself, unless `signer` is another. */
export function operatorJwt(nats: Body = {}, claims: Body = {}, signer: KeyPair = OPERATOR): string {
  const body = { ...nats, type: 'operator', version: 2 };
  return sign({ iss: keyOf(signer), sub: keyOf(OPERATOR), ...claims, nats: body }, signer);
}

export function userJwt(nats: Body = {}, claims: Body = {}): string {
  const body = { ...nats, type: 'user', version: 2 };
  return sign({ iss: keyOf(ACCOUNT), sub: keyOf(USER), ...claims, nats: body }, ACCOUNT);
}

/** An activation by EXPORTER for ACCOUNT. */
export function activationJwt(nats: Body = {}, claims: Body = {}, signer: KeyPair = EXPORTER): string {
  const body = { subject: 'svc.a', kind: 'service', ...nats, type: 'activation', version: 2 };
  return sign({ iss: keyOf(signer), sub: keyOf(ACCOUNT), ...claims, nats: body }, signer);
}

/** What validation says of an account with such content. */
export const judgeAccount = (nats: Body, claims: Body = {}): string[] => judge(accountJwt(nats, claims));
/** What hardening says of an account with such content. */
export const hardenAccount = (nats: Body, claims: Body = {}): string[] => harden(accountJwt(nats, claims));

/** The key in other words that Go takes for the same: with line ends, or with letters that it drops. */
export const sloppy = (pair: KeyPair): string => `${keyOf(pair)}\n`;
