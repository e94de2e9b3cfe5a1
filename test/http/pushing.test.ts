import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { AccountsError, type RefusalCode } from '../../src/accounts/errors.js';
import type { Outcome } from '../../src/accounts/ports.js';
import { mintAccount, mintCreds, mintOperator, nowSeconds } from '../support/mint.js';
import { type HttpBench, loggedErrors, type Question, RawConnection, serve } from './support.js';

const MIB = 1_048_576;
const path = (key: string) => `/jwt/v1/accounts/${key}`;

/** POSTs a token to the path of its own subject, or of another. */
function push(
  bench: HttpBench,
  account: { key: string; jwt: string | Buffer },
  more: Partial<Question> = {},
) {
  return bench.ask(path(account.key), { method: 'POST', body: account.jwt, ...more });
}

describe('POST of an account', () => {
  test('200 with an empty body; from then on it is served', async () => {
    const bench = await serve();
    const account = mintAccount(bench.operator);
    const answer = await push(bench, account);
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers['content-length']).toBe('0');
    expect(answer.headers['content-type']).toBeUndefined();
    expect((await bench.ask(path(account.key))).body).toBe(account.jwt);
    expect(await push(bench, account), 'the same once more').toMatchObject({ status: 200, body: '' });
    expect(bench.counted).toContain('POST /jwt/v1/accounts/:accountKey 200');
  });

  test('tells admission where it came from', async () => {
    const bench = await serve({ pushRights: { kind: 'basic', user: 'ci', password: 'x' } });
    const account = mintAccount(bench.operator);
    const headers = { authorization: `Basic ${Buffer.from('ci:x').toString('base64')}` };
    await push(bench, account, { headers });
    expect(bench.changes).toMatchObject([
      { origin: { kind: 'push', remoteAddress: '127.0.0.1', pusher: 'ci' } },
    ]);
  });

  test('a line end after the token is no part of it', async () => {
    const bench = await serve();
    const account = mintAccount(bench.operator);
    expect(await push(bench, { key: account.key, jwt: `${account.jwt}\r\n` })).toMatchObject({ status: 200 });
    expect((await bench.ask(path(account.key))).body).toBe(account.jwt);
  });

  test('under doubled slashes and a trailing one', async () => {
    const bench = await serve();
    const account = mintAccount(bench.operator);
    const url = `/jwt/v1//accounts/${account.key}/`;
    expect(await bench.ask(url, { method: 'POST', body: account.jwt })).toMatchObject({ status: 200 });
  });

  test.each([
    ['nsc now', 'application/jwt'],
    ['nsc once', 'application/text'],
    ['none', undefined],
    ['JSON', 'application/json'],
    ['a form', 'multipart/form-data'],
    ['a boundary', 'multipart/form-data; boundary=x'],
    ['a tab', 'application/json\t; charset=utf-8'],
    ['no type at all', ';;;'],
    ['empty', ''],
    ['spaces', ' text / plain '],
  ])('the content type decides nothing: %s', async (_who, type) => {
    const bench = await serve();
    const account = mintAccount(bench.operator);
    const headers = type === undefined ? {} : { 'content-type': type };
    expect(await push(bench, account, { headers })).toMatchObject({ status: 200, body: '' });
    expect(await push(bench, { key: account.key, jwt: '{}' }, { headers })).toMatchObject({
      status: 400,
      body: 'bad JWT in request\n',
    });
  });

  test('a body in chunks, and one that waits for 100 Continue', async () => {
    const bench = await serve();
    const { key, jwt } = mintAccount(bench.operator);
    const raw = await RawConnection.open(bench.url);
    raw.write(
      `POST ${path(key)} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n`,
    );
    await raw.receives(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
    const half = jwt.length >> 1;
    raw.write(`${half.toString(16)}\r\n${jwt.slice(0, half)}\r\n`);
    raw.write(`${(jwt.length - half).toString(16)}\r\n${jwt.slice(half)}\r\n0\r\n\r\n`);
    await raw.receives(/HTTP\/1.1 200 OK\r\n/);
    expect((await bench.ask(path(key))).body).toBe(jwt);
  });
});

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

describe('bodies', () => {
  test('one over the limit: 413, with and without a declared length', async () => {
    const bench = await serve({ bodyLimitBytes: 1000 });
    for (const headers of [{ 'content-length': 1001 }, { 'transfer-encoding': 'chunked' }]) {
      const answer = await push(bench, { key: 'x', jwt: Buffer.alloc(1001, 'a') }, { headers });
      expect(answer).toMatchObject({ status: 413, body: 'the body is larger than 1000 bytes\n' });
    }
    expect(await push(bench, { key: 'x', jwt: Buffer.alloc(1000, 'a') })).toMatchObject({ status: 400 });
  });

  test('the limit leaves room for the largest token, which is then judged', async () => {
    const bench = await serve();
    expect(await push(bench, { key: 'x', jwt: Buffer.alloc(MIB, 'a') })).toMatchObject({ status: 400 });
    expect(await push(bench, { key: 'x', jwt: Buffer.alloc(MIB + 1, 'a') })).toMatchObject({ status: 413 });
    expect(await push(bench, { key: 'x', jwt: Buffer.alloc(MIB + 2000, 'a') })).toMatchObject({
      status: 413,
    });
  });

  test('endless chunks get their 413 at once, and are not listened to for long', async () => {
    const bench = await serve({ bodyLimitBytes: 1000, timeouts: { restMs: 50 } });
    const raw = await RawConnection.open(bench.url);
    raw.write('POST /jwt/v1/accounts/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = `${(1000).toString(16)}\r\n${'a'.repeat(1000)}\r\n`;
    raw.write(chunk);
    raw.write(chunk);
    expect(await raw.closed()).toMatch(/^HTTP\/1.1 413 Payload Too Large/);
  });

  test('a client that sends all of a large body reads its 413, and keeps its connection', async () => {
    const bench = await serve({ bodyLimitBytes: 1000 });
    const raw = await RawConnection.open(bench.url);
    raw.write(
      `POST /jwt/v1/accounts/x HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n${'a'.repeat(500_000)}`,
    );
    await raw.receives(/^HTTP\/1.1 413 Payload Too Large/);
    raw.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await raw.receives(/HTTP\/1.1 200 OK/);
  });

  test('compressed: 415, whatever is inside', async () => {
    const bench = await serve();
    const account = mintAccount(bench.operator);
    for (const encoding of ['gzip', 'BR', 'gzip, identity']) {
      const answer = await push(bench, account, { headers: { 'content-encoding': encoding } });
      expect(answer, encoding).toMatchObject({ status: 415, body: 'send the body uncompressed\n' });
    }
    expect(await push(bench, account, { headers: { 'content-encoding': 'identity' } })).toMatchObject({
      status: 200,
    });
  });

  test('a client that goes away in the middle changes nothing', async () => {
    const bench = await serve();
    const { key, jwt } = mintAccount(bench.operator);
    const raw = await RawConnection.open(bench.url);
    raw.write(
      `POST ${path(key)} HTTP/1.1\r\nHost: x\r\nContent-Length: ${jwt.length}\r\n\r\n${jwt.slice(0, 100)}`,
    );
    raw.socket.destroy();
    await raw.closed();
    expect(await bench.ask(path(key))).toMatchObject({ status: 404 });
    expect(bench.log.messages('error')).toEqual([]);
  });
});

/** The service of a bench, to be changed in part. */
function facade({ accounts }: HttpBench) {
  const { published, operator, writable } = accounts;
  return { published, operator, writable, readiness: () => accounts.readiness() };
}
