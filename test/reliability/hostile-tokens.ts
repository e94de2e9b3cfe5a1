import type { KeyPair } from 'nkeys.js';
import {
  type Body,
  type MintedAccount,
  type MintedOperator,
  mintAccount,
  nowSeconds,
  sign,
} from '../support/mint.js';

/** A body to push, which no server should take. */
export interface HostileToken {
  readonly name: string;
  readonly body: string | Buffer;
}

/** The order of the group that Ed25519 works in (RFC 8032 §5.1). */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same signature in another form: S + L, which careless verifiers take as well. */
function withGreaterS(token: string): string {
  const [head, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + L;
  const greater = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return `${head}.${payload}.${Buffer.concat([bytes.subarray(0, 32), greater]).toString('base64url')}`;
}

/** The same token in the fifteen other spellings that Go reads alike: its last letter holds four bits that no byte has. */
export function otherSpellings(token: string): string[] {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.slice(-1));
  return Array.from({ length: 15 }, (_, i) => token.slice(0, -1) + alphabet[last ^ (i + 1)]);
}

/** A token whose signature holds a character that standard base64 writes otherwise. */
function withDash(mint: () => string): string {
  for (;;) {
    const token = mint();
    if (/[-_]/.test(token.slice(token.lastIndexOf('.')))) return token;
  }
}

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Good tokens of an account, spelt or built so as to fool, to crash or to fill a server. */
export function hostileTokens(operator: MintedOperator, account: MintedAccount): HostileToken[] {
  const signer: KeyPair = operator.identity;
  const claims = { iat: nowSeconds(), iss: operator.key, name: 'A', sub: account.key };
  const nats: Body = { limits: { subs: -1 }, type: 'account', version: 2 };
  const json = JSON.stringify({ ...claims, nats });
  const good = mintAccount(operator, { identity: account.identity, name: 'A' }).jwt;
  const dashed = withDash(
    () => mintAccount(operator, { identity: account.identity, name: `A${Math.random()}` }).jwt,
  );
  const written = (name: string, text: string): HostileToken => ({ name, body: sign(text, signer) });
  return [
    { name: 'padding', body: `${good}==` },
    { name: 'standard base64', body: dashed.replaceAll('-', '+').replaceAll('_', '/') },
    { name: 'signature with S + L', body: withGreaterS(good) },
    { name: 'signature of nothing but zeros', body: `${good.slice(0, -86)}${'A'.repeat(86)}` },
    { name: 'signature cut off', body: good.slice(0, -3) },
    { name: 'no signature', body: good.slice(0, good.lastIndexOf('.') + 1) },
    {
      name: 'algorithm none',
      body: sign(json, signer, Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url')),
    },
    written('sub twice', json.replace('{', `{"sub":"${operator.key}",`)),
    written('nats twice', json.replace('{', '{"nats":{"type":"account","version":2},')),
    written('limits twice', json.replace('"limits"', '"limits":{"subs":1},"limits"')),
    written('sub in another case as well', json.replace('{', `{"SUB":"${operator.key}",`)),
    written('__proto__ for the claims', `{"__proto__":${json}}`),
    written('constructor for the claims', `{"constructor":${json}}`),
    written('lists 10,001 deep', json.replace('{', `{"x":${deep(10_001)},`)),
    written(
      'objects 20,000 deep',
      json.replace('{', `{"x":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)},`),
    ),
    written('a NUL in the JSON', json.replace('{', '{\0')),
    written(
      'a NUL in the name of the account',
      json.replace('"A"', '"A\\u0000B"').replace('"subs":-1', '"subs":"x"'),
    ),
    written('no JSON', 'hello'),
    written('a list', `[${json}]`),
    written('a number too great', json.replace('"subs":-1', '"subs":1e400')),
    written('1 MiB of a string', json.replace('"subs":-1', `"subs":"${'x'.repeat(700_000)}"`)),
    written('1 MiB of brackets', '['.repeat(780_000)),
    written('1 MiB of members', `{${Array.from({ length: 60_000 }, (_, i) => `"m${i}":1`).join(',')},`),
    { name: 'a NUL', body: `${good}\0` },
    { name: 'dots alone', body: '.'.repeat(500_000) },
    { name: 'bytes that are no text', body: Buffer.alloc(100_000, 0xff) },
    { name: '1 MiB of letters', body: 'A'.repeat(1_048_576) },
    {
      name: '1 MiB of base64 in three chunks',
      body: `${'A'.repeat(349_000)}.${'A'.repeat(349_000)}.${'A'.repeat(349_000)}`,
    },
    { name: 'nothing', body: '' },
  ];
}
