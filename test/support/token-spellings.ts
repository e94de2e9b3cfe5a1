import type { KeyPair } from 'nkeys.js';
import { keyOf, signV1 } from '../claims/judged.js';
import type { Parties } from './account-parties.js';
import type { Body } from './mint.js';

/** How much of a token its signature covers: the payload, or header and payload. */
export type SignatureForm = 'v1' | 'v2';

const base64url = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');
export const V2_HEADER = base64url('{"typ":"JWT","alg":"ed25519-nkey"}');
const V1_HEADER = base64url('{"typ":"jwt","alg":"ed25519"}');

/** Signs chunks as they stand, however odd they are. */
export function sealChunks(
  header: string,
  payload: string,
  signer: KeyPair,
  form: SignatureForm = 'v2',
): string {
  // Version 1 signs the text that it is given, whatever that is.
  const signed = signV1(form === 'v1' ? payload : `${header}.${payload}`, signer);
  return `${header}.${payload}.${signed.slice(signed.lastIndexOf('.') + 1)}`;
}

/** One way to write down, or to sign, the claims of an account. */
export interface Spelling {
  readonly name: string;
  /** Writes the payload anew, given as compact JSON of version 2. Bytes where it is no UTF-8. */
  json?(json: string): string | Uint8Array;
  /** Makes a token of the payload; signed by the operator's signing key and of version 2 otherwise. */
  seal?(payload: string, parties: Parties): string;
  /** Changes the finished token. */
  token?(token: string): string;
}

const replaced = (name: string, from: string | RegExp, to: string): Spelling => ({
  name,
  json: (json) => json.replace(from, to),
});
/** Gives a claim a value that is written so, in the place of the one that it has. */
const claim = (name: string, member: string, value: string): Spelling => ({
  name,
  json: (json) => {
    const { [member]: _, ...claims } = JSON.parse(json) as Body;
    return `{"${member}":${value},${JSON.stringify(claims).slice(1)}`;
  },
});
/** The same for a member of `nats`. */
const natsMember = (name: string, member: string, value: string): Spelling => ({
  name,
  json: (json) => {
    const { nats, ...claims } = JSON.parse(json) as { nats: Body };
    const { [member]: _, ...others } = nats;
    return JSON.stringify({ ...claims, nats: others }).replace('"nats":{', `"nats":{"${member}":${value},`);
  },
});
const headed = (name: string, header: string): Spelling => ({
  name,
  seal: (payload, parties) => sealChunks(base64url(header), payload, signerOf(parties)),
});
const changed = (name: string, token: (token: string) => string): Spelling => ({ name, token });

/** The key that signs unless a spelling says otherwise. */
export const signerOf = ({ operator }: Parties): KeyPair => operator.signingKeys[0] ?? operator.identity;

/** Puts bytes in the place of one that no JSON of ours holds. */
const withBytes = (json: string, ...bytes: number[]): Uint8Array => {
  const at = json.indexOf('"nats"');
  const head = Buffer.from(`${json.slice(0, at)}"x":"`);
  return Buffer.concat([head, Buffer.from(bytes), Buffer.from(`",${json.slice(at)}`)]);
};

/** Moves `type` from the body to the top, as version 1 had it. */
const asV1 = (json: string): string => json.replace(',"type":"account","version":2}}', '},"type":"account"}');

const signedBy = (name: string, signer: (parties: Parties) => KeyPair): Spelling => ({
  name,
  seal: (payload, parties) => {
    const key = signer(parties);
    const json = Buffer.from(payload, 'base64url').toString();
    const claimed = json.replace(/"iss":"[^"]*"/, `"iss":"${keyOf(key)}"`);
    return sealChunks(V2_HEADER, base64url(claimed), key);
  },
});

/** JSON in many spellings: what Go's reader makes of it is not what others make of it. */
export const JSON_SPELLINGS: readonly Spelling[] = [
  {
    name: 'white space everywhere',
    json: (json) => ` \r\n${JSON.stringify(JSON.parse(json), null, '\t')}\n `,
  },
  { name: 'a byte order mark', json: (json) => `\ufeff${json}` },
  { name: 'text behind the object', json: (json) => `${json}x` },
  { name: 'cut off', json: (json) => json.slice(0, -1) },
  replaced('a trailing comma', /\}$/, ',}'),
  replaced('escaped names', '"sub"', '"\\u0073ub"'),
  replaced('names in another case', '"nats"', '"NATS"'),
  replaced('a name that folds to another', '"sub"', '"ſub"'),
  replaced('a name twice, the same value', /"iss":"([^"]*)"/, '"iss":"$1","iss":"$1"'),
  replaced('a name twice, the first of a wrong kind', /^\{/, '{"iat":"x",'),
  claim('unknown members', 'x', '{"y":[1e400,{"z":null}]},"__proto__":{"iss":"O"}'),
  natsMember('an unknown name twice', 'x', '1,"x":2'),
  claim('a number with a fraction', 'exp', '4000000000.0'),
  claim('a number with an exponent', 'exp', '4e9'),
  claim('a number with a leading zero', 'exp', '04000000000'),
  claim('the greatest number', 'exp', '9223372036854775807'),
  claim('a number too great', 'exp', '9223372036854775808'),
  claim('minus zero', 'exp', '-0'),
  claim('a number as text', 'nbf', '"1"'),
  claim('null for a number', 'nbf', 'null'),
  natsMember('a list for an object', 'mappings', '[]'),
  natsMember('revocations beyond 2^53', 'revocations', '{"*":9007199254740993}'),
  natsMember('null for a type', 'exports', '[{"type":null}]'),
  natsMember('a scope with a number beyond float64', 'signing_keys', '[{"kind":"user_scope","x":1e400}]'),
  replaced('limits twice', '"nats":{', '"nats":{"limits":{"subs":1},'),
  claim('lone surrogates', 'name', '"\\ud800x\\udc00"'),
  claim('NUL and controls in a name', 'aud', '"\\u0000\\u001b[2J"'),
  claim('a raw line feed in a text', 'aud', '"a\nb"'),
  { name: 'bytes that are no UTF-8', json: (json) => withBytes(json, 0xff, 0xc3) },
  { name: 'a raw NUL', json: (json) => withBytes(json, 0x00) },
  replaced('version 3', '"version":2', '"version":3'),
  replaced('no version', ',"version":2', ''),
  replaced('version 1 of the new kind', '"version":2', '"version":1'),
  replaced('no type', '"type":"account",', ''),
  replaced('a type in capitals', '"type":"account"', '"type":"Account"'),
  replaced('another type', '"type":"account"', '"type":"user"'),
  natsMember('lists as deep as 1000', 'x', `${'['.repeat(1000)}${']'.repeat(1000)}`),
  claim('lists as deep as 10001', 'x', `${'['.repeat(10_001)}${']'.repeat(10_001)}`),
];

/** Headers, signatures and chunks in many spellings. */
export const TOKEN_SPELLINGS: readonly Spelling[] = [
  signedBy('signed by the identity key', ({ operator }) => operator.identity),
  signedBy('signed by a stranger', ({ stranger }) => stranger),
  signedBy('signed by another account', ({ exporter }) => exporter.identity),
  {
    name: 'signed by somebody else than it says',
    seal: (payload, { stranger }) => sealChunks(V2_HEADER, payload, stranger),
  },
  {
    name: 'version 2 signed as version 1 was',
    seal: (payload, parties) => sealChunks(V1_HEADER, payload, signerOf(parties), 'v1'),
  },
  {
    name: 'version 1',
    json: asV1,
    seal: (payload, parties) => sealChunks(V1_HEADER, payload, signerOf(parties), 'v1'),
  },
  {
    name: 'version 1 with a new header',
    json: asV1,
    seal: (payload, parties) => sealChunks(V2_HEADER, payload, signerOf(parties), 'v1'),
  },
  { name: 'version 1 signed as version 2 is', json: asV1 },
  {
    name: 'a line break in the payload',
    seal: (payload, parties) =>
      sealChunks(V2_HEADER, `${payload.slice(0, 40)}\n${payload.slice(40)}`, signerOf(parties)),
  },
  {
    name: 'padding',
    seal: (payload, parties) =>
      sealChunks(V2_HEADER, `${payload}${'='.repeat(3 - ((payload.length + 3) % 4))}=`, signerOf(parties)),
  },
  headed('a header in capitals', '{"typ":"JWT","alg":"ED25519-NKEY"}'),
  headed('an old algorithm', '{"typ":"JWT","alg":"ed25519"}'),
  headed('no algorithm', '{"typ":"JWT","alg":"none"}'),
  headed('a header with more in it', '{"typ":"jwt","alg":"ed25519-nkey","kid":"1","crit":["x"]}'),
  headed('a header with a name in capitals', '{"TYP":"JWT","alg":"ed25519-nkey"}'),
  changed('a line feed at the end', (token) => `${token}\n`),
  changed('CR LF at the end', (token) => `${token}\r\n`),
  changed('a line break in the signature', (token) => `${token.slice(0, -20)}\n${token.slice(-20)}`),
  changed('line feeds up to 1 MiB', (token) => token.padEnd(2 ** 20, '\n')),
  changed('line feeds beyond 1 MiB', (token) => token.padEnd(2 ** 20 + 1, '\n')),
  claim('nearly 1 MiB of JSON', 'x', `"${'x'.repeat(780_000)}"`),
  claim('more than 1 MiB of JSON', 'x', `"${'x'.repeat(790_000)}"`),
  changed('a space at the end', (token) => `${token} `),
  changed('a line feed in front', (token) => `\n${token}`),
  changed('a fourth chunk', (token) => `${token}.`),
  changed('no signature', (token) => token.slice(0, token.lastIndexOf('.') + 1)),
  changed('two chunks', (token) => token.slice(0, token.lastIndexOf('.'))),
  changed('a signature cut off', (token) => token.slice(0, -2)),
  changed('another spelling of the signature', (token) => token.replace(/[AQgw]$/, nextLetter)),
  changed(
    'a decorated token',
    (token) => `-----BEGIN NATS ACCOUNT JWT-----\n${token}\n------END NATS ACCOUNT JWT------\n`,
  ),
];

/** 64 bytes leave four unused bits in their last letter; this one differs in those alone. */
const nextLetter = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) + 1);
