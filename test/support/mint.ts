import { createHash, createPrivateKey, type KeyObject, sign as signBytes } from 'node:crypto';
import { createAccount, createOperator, createUser, type KeyPair } from 'nkeys.js';

/** Claims in the making: anything goes, since tests also mint tokens that nobody should accept. */
export type Body = Record<string, unknown>;

const base64url = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');
const HEADER = base64url('{"typ":"JWT","alg":"ed25519-nkey"}');

/** Signs a payload as Go's v2 encoder does: `chunk0.chunk1` under the header `ed25519-nkey`. */
export function sign(payload: Body | string, signer: KeyPair, header: string = HEADER): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const signed = `${header}.${base64url(text)}`;
  return `${signed}.${base64url(signBytes(null, Buffer.from(signed), privateKey(signer)))}`;
}

const publicKeys = new WeakMap<KeyPair, string>();

/** `getPublicKey`, remembered: nkeys derives it anew at every call. */
function publicKey(pair: KeyPair): string {
  const key = publicKeys.get(pair) ?? pair.getPublicKey();
  publicKeys.set(pair, key);
  return key;
}

const privateKeys = new WeakMap<KeyPair, KeyObject>();

/** The native key of a pair: tests mint thousands of tokens, and nkeys signs two hundred times slower. */
function privateKey(signer: KeyPair): KeyObject {
  const known = privateKeys.get(signer);
  if (known !== undefined) return known;
  // A PKCS #8 frame around the raw 32-byte seed (RFC 8410).
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), rawSeed(signer)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  privateKeys.set(signer, key);
  return key;
}

/** The 32 raw bytes in an nkey seed: base32 of two prefix bytes, the seed and two bytes of CRC. */
function rawSeed(signer: KeyPair): Buffer {
  const bits = [...new TextDecoder().decode(signer.getSeed())]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from(
    Array.from({ length: 32 }, (_, i) => Number.parseInt(bits.slice(16 + i * 8, 24 + i * 8), 2)),
  );
}

/** Seconds since 1970, as `iat` wants them. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export interface MintedOperator {
  readonly identity: KeyPair;
  readonly signingKeys: readonly KeyPair[];
  readonly key: string;
  readonly jwt: string;
}

export interface OperatorChoices {
  readonly name?: string;
  readonly signingKeys?: number;
  readonly strict?: boolean;
  readonly systemAccount?: string;
  readonly identity?: KeyPair;
  readonly nats?: Body;
  readonly claims?: Body;
}

/** Makes an operator with its JWT, signed by itself. */
export function mintOperator(choices: OperatorChoices = {}): MintedOperator {
  const identity = choices.identity ?? createOperator();
  const signingKeys = Array.from({ length: choices.signingKeys ?? 0 }, () => createOperator());
  const key = publicKey(identity);
  const nats: Body = {
    ...(signingKeys.length > 0 && { signing_keys: signingKeys.map(publicKey) }),
    ...(choices.strict && { strict_signing_key_usage: true }),
    ...(choices.systemAccount !== undefined && { system_account: choices.systemAccount }),
    ...choices.nats,
    type: 'operator',
    version: 2,
  };
  const claims = withJti({
    iat: nowSeconds(),
    iss: key,
    name: choices.name ?? 'op',
    sub: key,
    ...choices.claims,
  });
  return { identity, signingKeys, key, jwt: sign({ ...claims, nats }, identity) };
}

/** The limits of a new account as nsc writes them. */
export const OPEN_LIMITS: Body = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
};

export interface AccountChoices {
  readonly name?: string;
  readonly identity?: KeyPair;
  /** Who signs; the operator's first signing key, else its identity, unless named. */
  readonly signer?: KeyPair;
  readonly iat?: number;
  readonly exp?: number;
  readonly nbf?: number;
  readonly nats?: Body;
  readonly claims?: Body;
}

export interface MintedAccount {
  readonly identity: KeyPair;
  readonly key: string;
  readonly jwt: string;
}

/** Makes an account JWT signed by the operator. */
export function mintAccount(operator: MintedOperator, choices: AccountChoices = {}): MintedAccount {
  const identity = choices.identity ?? createAccount();
  const signer = choices.signer ?? operator.signingKeys[0] ?? operator.identity;
  const key = publicKey(identity);
  const claims = withJti({
    ...(choices.exp !== undefined && { exp: choices.exp }),
    iat: choices.iat ?? nowSeconds(),
    iss: publicKey(signer),
    name: choices.name ?? 'acc',
    ...(choices.nbf !== undefined && { nbf: choices.nbf }),
    sub: key,
    ...choices.claims,
  });
  const nats: Body = { limits: OPEN_LIMITS, ...choices.nats, type: 'account', version: 2 };
  return { identity, key, jwt: sign({ ...claims, nats }, signer) };
}

/** Makes a user's creds file text. */
export function mintCreds(account: MintedAccount, name = 'user', nats: Body = {}): string {
  const user = createUser();
  const body: Body = { subs: -1, data: -1, payload: -1, pub: {}, sub: {}, ...nats, type: 'user', version: 2 };
  const claims = withJti({ iat: nowSeconds(), iss: account.key, name, sub: user.getPublicKey() });
  const jwt = sign({ ...claims, nats: body }, account.identity);
  const seed = new TextDecoder().decode(user.getSeed());
  return (
    `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n` +
    `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`
  );
}

function withJti(claims: Body): Body {
  const hash = createHash('sha512-256').update(JSON.stringify(claims)).digest('base64url');
  return { jti: hash, ...claims };
}
