import { describe, expect, test } from 'vitest';
import { mintAccount } from '../support/mint.js';
import { push, RawConnection, serve } from './support.js';

const MIB = 1_048_576;
const path = (key: string) => `/jwt/v1/accounts/${key}`;

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
