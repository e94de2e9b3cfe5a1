import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { AccountsError, type RefusalCode } from '../../src/accounts/errors.js';
import type { Outcome } from '../../src/accounts/ports.js';
import { mintAccount, mintCreds, mintOperator, nowSeconds } from '../support/mint.js';
import { type HttpBench, loggedErrors, push, serve } from './support.js';

const path = (key: string) => `/jwt/v1/accounts/${key}`;

describe('refusals have the status and the text of the Go account server', () => {
  const operator = mintOperator({ signingKeys: 1 });
  const now = nowSeconds();
  const self = createAccount();
  const other = mintAccount(operator);
  const failed =
    'The server was unable to update your account JWT. One more more validation issues occurred.\n\t - ';

  test.each([
    ['nothing', other.key, '', 'bad JWT in request'],
    ['no JWT', other.key, 'hello', 'bad JWT in request'],
    ['bytes that are no text', other.key, Buffer.from([0xff, 0, 0x80]), 'bad JWT in request'],
    ['half a token', other.key, other.jwt.slice(0, -40), 'bad JWT in request'],
    ['a broken signature', other.key, `${other.jwt.slice(0, -4)}AAAA`, 'bad JWT in request'],
    ['an operator JWT', operator.key, operator.jwt, 'bad JWT in request'],
    ['a user JWT', other.key, mintCreds(other).split('\n')[1] ?? '', 'bad JWT in request'],
    ['another account', mintAccount(operator).key, other.jwt, "pub keys don't match"],
    ['a path that is no key', 'nonsense', other.jwt, "pub keys don't match"],
    ['a path upwards', '..%2F..%2Fx', other.jwt, "pub keys don't match"],
    ['a NUL in the path', 'x%00', other.jwt, "pub keys don't match"],
    [
      'a subject that is no account key',
      'x',
      mintAccount(operator, { claims: { sub: 'x' } }).jwt,
      'bad JWT Subject in request',
    ],
    [
      'self-signed',
      self.getPublicKey(),
      mintAccount(operator, { identity: self, signer: self }).jwt,
      'Signing service not enabled',
    ],
    [
      'signed by another account',
      self.getPublicKey(),
      mintAccount(operator, { identity: self, signer: createAccount() }).jwt,
      'Bad JWT Issuer in request',
    ],
    [
      'signed by another operator',
      self.getPublicKey(),
      mintAccount(mintOperator(), { identity: self }).jwt,
      'untrusted issuer in request',
    ],
    [
      'expired',
      self.getPublicKey(),
      mintAccount(operator, { identity: self, exp: now - 10 }).jwt,
      `${failed}claim is expired\n`,
    ],
    [
      'not yet valid',
      self.getPublicKey(),
      mintAccount(operator, { identity: self, nbf: now + 1000 }).jwt,
      `${failed}claim is not yet valid\n`,
    ],
  ])('%s', async (_what, key, jwt, text) => {
    const bench = await serve({}, {}, operator);
    const answer = await push(bench, { key, jwt });
    expect(answer).toMatchObject({ status: 400, body: `${text}\n` });
    const validation = text.startsWith(failed);
    expect(answer.headers['content-type']).toBe(validation ? 'text/plain; charset=utf-8' : 'text/plain');
    expect(answer.headers['x-content-type-options']).toBe(validation ? 'nosniff' : undefined);
    expect(bench.accounts.published.size).toBe(0);
  });

  test('several issues get a paragraph each', async () => {
    const bench = await serve({}, {}, operator);
    const nats = {
      exports: [
        { subject: 'a..b', type: 'stream' },
        { subject: '', type: 'service' },
      ],
    };
    const { body } = await push(bench, mintAccount(operator, { nats }));
    expect(body.split('\n\n')).toHaveLength(3);
    expect(body).toMatch(/^[^\n]+occurred\.\n(\t - [^\n]+\n\n){2}$/);
  });

  test('a strict operator that signed with its identity key: the Go text, and why', async () => {
    const strict = mintOperator({ signingKeys: 1, strict: true });
    const bench = await serve({}, {}, strict);
    const answer = await push(bench, mintAccount(strict, { signer: strict.identity }));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(/^untrusted issuer in request\n.*strict.*signing key/);
  });
});

describe('refusals that the Go account server does not have', () => {
  test('an older iat: 409 naming both times', async () => {
    const bench = await serve();
    const now = nowSeconds();
    const { identity, key, jwt } = bench.publish({ iat: now - 10 });
    const answer = await push(bench, mintAccount(bench.operator, { identity, iat: now - 11 }));
    expect(answer.status).toBe(409);
    expect(answer.body).toContain(String(now - 10));
    expect(answer.body).toContain(String(now - 11));
    expect(answer.headers['content-type']).toBe('text/plain');
    expect((await bench.ask(path(key))).body).toBe(jwt);
  });

  test('a text that was already replaced: 409', async () => {
    const bench = await serve();
    const iat = nowSeconds();
    const first = bench.publish({ iat });
    bench.publish({ identity: first.identity, iat, nats: { description: 'second' } });
    expect(await push(bench, first)).toMatchObject({ status: 409 });
  });

  test('an iat far in the future: 400', async () => {
    const bench = await serve();
    const answer = await push(bench, mintAccount(bench.operator, { iat: nowSeconds() + 400 }));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(/ahead of this server's clock/);
  });

  test.each([
    ['store.unavailable', 503, /^error saving JWT\n.*try again later\n$/],
    ['store.full', 507, /^error saving JWT\nno space/],
    ['name.conflict', 409, /^said by the store\n$/],
    ['name.invalid', 400, /^said by the store\n$/],
  ] as const)('%s: %i, and the old one stays', async (code, status, body) => {
    const bench = await serve();
    const { identity, key, jwt } = bench.publish({ iat: nowSeconds() - 5 });
    bench.store.duringSave = () => {
      throw new AccountsError(code, 'said by the store');
    };
    const answer = await push(bench, mintAccount(bench.operator, { identity }));
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(body);
    expect((await bench.ask(path(key))).body).toBe(jwt);
  });

  test('a read-only store: 405 before anything is read', async () => {
    const bench = await serve();
    bench.store.writable = false;
    const answer = await push(bench, mintAccount(bench.operator));
    expect(answer).toMatchObject({ status: 405, body: 'Method Not Allowed\n' });
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS');
  });

  test('what nobody foresaw: 500 outside, whole in the log', async () => {
    const bench = await serve();
    const broken = await serve(
      {},
      { accounts: { ...facade(bench), admit: () => Promise.reject(new Error('secret path /x')) } },
    );
    expect(await push(broken, mintAccount(bench.operator))).toMatchObject({
      status: 500,
      body: 'internal error\n',
    });
    expect(loggedErrors(broken)).toEqual([new Error('secret path /x')]);
  });
});

test('every refusal has its status', async () => {
  const statuses: Readonly<Record<RefusalCode, number>> = {
    'jwt.too_large': 413,
    'jwt.undecodable': 400,
    'jwt.not_account': 400,
    'subject.mismatch': 400,
    'subject.invalid': 400,
    'issuer.self_signed': 400,
    'issuer.account': 400,
    'issuer.untrusted': 400,
    'issuer.identity_key': 400,
    'claims.invalid': 400,
    'claims.time': 400,
    'iat.older': 409,
    'iat.replaced': 409,
    'iat.future': 400,
    'name.conflict': 409,
    'name.invalid': 400,
    'operator.missing': 400,
    'store.read_only': 405,
    'store.unavailable': 503,
    'store.full': 507,
    'state.unavailable': 503,
    'audit.unavailable': 503,
  };
  let code: RefusalCode = 'jwt.too_large';
  const admit = async (): Promise<Outcome> => ({
    kind: 'refused',
    refusal: { code, message: 'why', issues: [] },
  });
  const bench = await serve({}, { accounts: { ...facade(await serve()), admit } });
  for (const [each, status] of Object.entries(statuses)) {
    code = each as RefusalCode;
    const answer = await push(bench, { key: 'x', jwt: '' });
    expect(answer.status, code).toBe(status);
    expect(answer.body, code).toMatch(/^.+\n$/s);
    expect(answer.headers.allow, code).toBe(status === 405 ? 'GET, HEAD, OPTIONS' : undefined);
  }
});

/** The service of a bench, to be changed in part. */
function facade({ accounts }: HttpBench) {
  const { published, operator, writable } = accounts;
  return {
    published,
    operator,
    writable,
    readiness: () => accounts.readiness(),
    whole: () => accounts.whole(),
    remove: () => Promise.reject(new Error('not asked for')),
  };
}
