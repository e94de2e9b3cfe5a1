import { createAccount } from 'nkeys.js';
import {
  type MintedAccount,
  type MintedOperator,
  mintAccount,
  mintCreds,
  mintOperator,
  nowSeconds,
} from '../support/mint.js';

/** One request to an account server. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  /** Where we mean to differ from the Go server: its status, ours, and why. Without it both answer alike. */
  readonly differs?: readonly [go: number, ours: number, why: string];
}

type Named = readonly [name: string, exchange: Exchange];
type Differs = Exchange['differs'];

const ROOT = '/jwt/v1/accounts/';

const read = (name: string, path: string, differs?: Differs, headers?: Record<string, string>): Named => [
  name,
  { method: 'GET', path, ...(differs && { differs }), ...(headers && { headers }) },
];

/** What clients ask that read, of the account and one that expired long ago. */
export function reading({ key }: MintedAccount, expired: MintedAccount): readonly Named[] {
  const stranger = createAccount().getPublicKey();
  const options = ['text', 'decode', 'check', 'notify', 'TEXT', 'text=TRUE&x'];
  const absent: Differs = [404, 404, 'no body: nats-server can use the connection again'];
  const kept: Differs = [404, 200, 'expired accounts are kept, not deleted'];
  return [
    read('the probe', ROOT),
    read('the probe without a slash', '/jwt/v1/accounts'),
    read('an account', ROOT + key),
    ...options.map((option) => read(`an account, ${option}`, `${ROOT}${key}?${option}=true`)),
    read('by jti', `${ROOT}${key}?jti=X`),
    read('with a foreign tag', ROOT + key, undefined, { 'if-none-match': '"X"' }),
    read('with any tag', ROOT + key, [200, 304, '* is any'], { 'if-none-match': '*' }),
    read('an expired account', ROOT + expired.key, kept),
    read('an expired account, checked', `${ROOT}${expired.key}?check=true`, absent),
    read('a stranger', ROOT + stranger, absent),
    read('no key', `${ROOT}hello`, absent),
    read('a path below', `${ROOT}${key}/x`),
    read('the operator', '/jwt/v1/operator'),
    read('the operator as text', '/jwt/v1/operator?text=true'),
    read('the operator, decoded', '/jwt/v1/operator?decode=true'),
    read('the operator of nsc', '/jwt/v2/operator', [404, 200, 'nsc asks here first']),
    read('the pack', '/jwt/v1/pack'),
    read('a pack of one', '/jwt/v1/pack?max=0'),
    read('a pack of too many', '/jwt/v1/pack?max=10001'),
    read('a pack of nonsense', '/jwt/v1/pack?max=x'),
    read('health', '/healthz'),
    read('the help', '/jwt/v1/help', [200, 200, 'it describes what is there']),
    read('nothing', '/'),
    read('nothing either', '/jwt/v1/nothing'),
    read('doubled slashes', `/jwt/v1//accounts/${key}`, [301, 200, 'served at once']),
    read('another letter case', `/JWT/v1/accounts/${key}`, [301, 404, 'paths are exact']),
    ['HEAD', { method: 'HEAD', path: ROOT + key, differs: [405, 200, 'HEAD is served'] }],
    ['OPTIONS', { method: 'OPTIONS', path: ROOT + key }],
    ['DELETE', { method: 'DELETE', path: ROOT + key }],
    ['PUT', { method: 'PUT', path: ROOT + key, body: 'x' }],
  ];
}

/** What clients push for the account, in order: the last good one is in force at the end. */
export function pushing(operator: MintedOperator, { key, identity }: MintedAccount): readonly Named[] {
  const now = nowSeconds();
  const mint = (choices: Parameters<typeof mintAccount>[1]): string =>
    mintAccount(operator, { identity, name: 'A', ...choices }).jwt;
  const push = (name: string, body: string, differs?: Differs, to = key): Named => [
    name,
    { method: 'POST', path: ROOT + to, body, ...(differs && { differs }) },
  ];
  const newest = mint({ iat: now + 2 });
  const [, user = ''] = mintCreds(mintAccount(operator)).split('\n');
  return [
    push('a newer token', mint({ iat: now + 1 })),
    push('the newest token', newest),
    push('the newest token again', newest),
    push('an older token', mint({ iat: now - 50 }), [200, 409, 'a replay lets revoked users back in']),
    push('a token from the future', mint({ iat: now + 5_000 }), [
      200,
      400,
      'it would block every later change',
    ]),
    push('nothing', ''),
    push('garbage', 'hello'),
    push('a forged token', `${newest.slice(0, -8)}AAAAAAAA`),
    push('a token with a line end', `${newest}\n`),
    push('an operator', operator.jwt),
    push('a user', user),
    push('for another account', newest, undefined, createAccount().getPublicKey()),
    push('for no account', newest, undefined, 'hello'),
    push('self-signed', mint({ signer: identity })),
    push('signed by another account', mint({ signer: createAccount() })),
    push('signed by another operator', mintAccount(mintOperator(), { identity }).jwt),
    push('expired', mint({ exp: now - 10 })),
    push('not yet valid', mint({ nbf: now + 1_000 })),
    push('the newest token, to end with', newest, undefined),
    read('what is in force now', ROOT + key, undefined),
  ];
}
