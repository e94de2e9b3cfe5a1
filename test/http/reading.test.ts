import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nowSeconds } from '../support/mint.js';
import { loggedErrors, serve } from './support.js';

const path = (key: string, options = '') => `/jwt/v1/accounts/${key}${options}`;
/** Goes through the router instead of the shortcut before it. */
const routed = (key: string) => `/jwt/v1//accounts/${key}`;
const STALE = 'stale-while-revalidate=3600, stale-if-error=3600';

describe('GET of an account', () => {
  test('gives the token byte for byte, with an ETag made from all of it', async () => {
    const bench = await serve();
    const { key, jwt } = bench.publish();
    const answer = await bench.ask(path(key));
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(jwt);
    expect(answer.headers['content-type']).toBe('application/jwt');
    expect(answer.headers['content-length']).toBe(String(jwt.length));
    expect(answer.headers.etag).toBe(`"${createHash('sha256').update(jwt).digest('base64url')}"`);
    expect(bench.counted).toEqual(['GET /jwt/v1/accounts/:accountKey 200']);
  });

  test('two tokens with one jti have different tags', async () => {
    const bench = await serve();
    const { key, identity, jwt } = bench.publish({ claims: { jti: 'SAME' } });
    const first = (await bench.ask(path(key))).headers.etag;
    const again = bench.publish({ identity, claims: { jti: 'SAME' }, nats: { description: 'other' } });
    expect(again.jwt).not.toBe(jwt);
    expect((await bench.ask(path(key))).headers.etag).not.toBe(first);
  });

  test('the shortcut and the router answer alike', async () => {
    const bench = await serve({ corsOrigins: ['https://a.example'] });
    const { key } = bench.publish({ exp: nowSeconds() + 1000 });
    const tag = (await bench.ask(path(key))).headers.etag ?? '';
    for (const headers of [
      {},
      { 'if-none-match': tag },
      { origin: 'https://a.example' },
      { origin: 'https://b' },
    ]) {
      for (const asked of [key, foreignKey()]) {
        const [direct, viaRouter] = await Promise.all([
          bench.ask(path(asked), { headers }),
          bench.ask(routed(asked), { headers }),
        ]);
        expect(viaRouter).toEqual({
          ...direct,
          headers: { ...direct.headers, date: viaRouter.headers.date },
        });
      }
    }
    expect(new Set(bench.counted)).toEqual(
      new Set([200, 304, 404].map((status) => `GET /jwt/v1/accounts/:accountKey ${status}`)),
    );
  });

  test.each(['/jwt/v1//accounts/', '//jwt//v1/accounts///', '/jwt/v1/accounts/'])(
    'is served under %s',
    async (base) => {
      const bench = await serve();
      const { key, jwt } = bench.publish();
      expect((await bench.ask(base + key)).body).toBe(jwt);
      expect((await bench.ask(`${base}${key}/`)).body).toBe(jwt);
    },
  );

  test('HEAD has the headers and no body', async () => {
    const bench = await serve();
    const { key } = bench.publish();
    const get = await bench.ask(path(key));
    const head = await bench.ask(path(key), { method: 'HEAD' });
    expect(head).toEqual({ ...get, body: '', headers: { ...get.headers, date: head.headers.date } });
  });

  test('notes when it was last fetched, on 200 and 304, and not on HEAD', async () => {
    const bench = await serve();
    const { key } = bench.publish();
    const fetchedAt = () => bench.accounts.published.get(key)?.lastServedAtMs;
    await bench.ask(path(key), { method: 'HEAD' });
    expect(fetchedAt()).toBe(0);
    const { headers } = await bench.ask(path(key));
    expect(fetchedAt()).toBe(bench.clock.nowMs);
    bench.clock.nowMs += 5_000;
    await bench.ask(path(key), { headers: { 'if-none-match': headers.etag } });
    expect(fetchedAt()).toBe(bench.clock.nowMs);
    bench.clock.nowMs += 5_000;
    await bench.ask(routed(key));
    expect(fetchedAt()).toBe(bench.clock.nowMs);
  });
});

test('what nobody foresaw: 500 outside, whole in the log', async () => {
  const bench = await serve(
    {},
    {
      clock: {
        now: () => {
          throw new Error('no clock');
        },
      },
    },
  );
  const { key } = bench.publish();
  for (const url of [path(key), routed(key)]) {
    expect(await bench.ask(url)).toMatchObject({ status: 500, body: 'internal error\n' });
  }
  expect(loggedErrors(bench)).toEqual([new Error('no clock'), new Error('no clock')]);
});

describe('an unknown account', () => {
  test.each([
    ['an account key', foreignKey()],
    ['55 letters', 'A'.repeat(55)],
    ['57 letters', 'A'.repeat(57)],
    ['56 letters that are no key', 'A'.repeat(56)],
    ['a user key', `U${'A'.repeat(55)}`],
    ['lower case', 'a'.repeat(56)],
    ['a path upwards', '..%2F..%2Fetc%2Fpasswd'],
    ['a NUL', 'A%00B'],
    ['a separator', 'A%2FB'],
    ['thousands of letters', 'A'.repeat(8000)],
  ])('%s: 404 without a body, not to be kept', async (_what, key) => {
    const bench = await serve();
    const answer = await bench.ask(path(key));
    expect(answer).toMatchObject({ status: 404, body: '' });
    expect(answer.headers).toMatchObject({ 'content-length': '0', 'cache-control': 'no-store' });
    expect(answer.headers['content-type']).toBeUndefined();
    expect(answer.headers.connection).not.toBe('keep-alive, close');
  });

  test('a malformed escape: 400', async () => {
    const bench = await serve();
    expect(await bench.ask('/jwt/v1/accounts/%zz')).toMatchObject({ status: 400, body: 'Bad Request\n' });
  });

  test('a path of another case: 404', async () => {
    const bench = await serve();
    const { key } = bench.publish();
    expect(await bench.ask(`/JWT/v1/accounts/${key}`)).toMatchObject({
      status: 404,
      body: '404 page not found\n',
    });
  });
});

describe('caches', () => {
  test('If-None-Match: one tag, a list, weak tags, *; the 304 repeats ETag and Cache-Control', async () => {
    const bench = await serve();
    const { key } = bench.publish();
    const fresh = await bench.ask(path(key));
    const tag = fresh.headers.etag ?? '';
    for (const named of [tag, `W/${tag}`, `"x", ${tag}`, `"x,y",W/${tag} , "z"`, '*']) {
      const answer = await bench.ask(path(key), { headers: { 'if-none-match': named } });
      expect(answer, named).toMatchObject({ status: 304, body: '' });
      expect(answer.headers.etag).toBe(tag);
      expect(answer.headers['cache-control']).toBe(fresh.headers['cache-control']);
      expect(answer.headers['content-type']).toBeUndefined();
    }
  });

  test('If-None-Match: another tag, an unquoted one, a part of ours, an empty one', async () => {
    const bench = await serve();
    const { key } = bench.publish();
    const tag = (await bench.ask(path(key))).headers.etag ?? '';
    for (const named of ['"x"', tag.slice(1, -1), tag.slice(0, 10), `x${tag}`, '']) {
      expect(await bench.ask(path(key), { headers: { 'if-none-match': named } }), named).toMatchObject({
        status: 200,
      });
    }
  });

  test('Cache-Control follows the validity, never with a negative age', async () => {
    const bench = await serve();
    const now = nowSeconds();
    bench.clock.nowMs = now * 1000;
    const caching = async (choices: { exp?: number; nbf?: number }) =>
      (await bench.ask(path(bench.publish(choices).key))).headers['cache-control'];
    expect(await caching({})).toBe(`max-age=0, ${STALE}`);
    expect(await caching({ exp: now + 90 })).toBe(`max-age=90, ${STALE}`);
    expect(await caching({ exp: now })).toBe(`max-age=0, ${STALE}`);
    expect(await caching({ exp: now - 1 })).toBe('no-store');
    expect(await caching({ nbf: now + 90 })).toBe('no-store');
  });
});

describe('options', () => {
  test('text=true gives the token as text without caching, and wins over decode', async () => {
    const bench = await serve();
    const { key, jwt } = bench.publish();
    for (const options of ['?text=true', '?text=TRUE&decode=true']) {
      const answer = await bench.ask(path(key, options));
      expect(answer).toMatchObject({ status: 200, body: jwt });
      expect(answer.headers['content-type']).toBe('text/plain');
      expect(answer.headers.etag ?? answer.headers['cache-control']).toBeUndefined();
    }
  });

  test('only true means yes, and the first of two counts', async () => {
    const bench = await serve();
    const { key } = bench.publish();
    for (const options of [
      '?text=1',
      '?text=yes',
      '?text=',
      '?TEXT=true',
      '?text=false&text=true',
      '?other=true',
    ]) {
      expect((await bench.ask(path(key, options))).headers['content-type'], options).toBe('application/jwt');
    }
  });

  test('check=true answers 404 for an expired token, which is served otherwise', async () => {
    const bench = await serve();
    const { key, jwt } = bench.publish({ exp: nowSeconds() + 10 });
    expect(await bench.ask(path(key, '?check=true'))).toMatchObject({ status: 200 });
    bench.clock.nowMs += 12_000;
    expect(await bench.ask(path(key, '?check=true'))).toMatchObject({ status: 404, body: '' });
    expect(await bench.ask(path(key))).toMatchObject({ status: 200, body: jwt });
  });

  test('jti: 501, before the account is looked for', async () => {
    const bench = await serve();
    const answer = await bench.ask(path('unknown', '?jti=X'));
    expect(answer).toMatchObject({ status: 501, body: 'lookup by jti is no longer supported\n' });
    expect(answer.headers['content-type']).toBe('text/plain');
  });

  test('notify=true asks for the notice, except for what was not fetched', async () => {
    const bench = await serve();
    const { key } = bench.publish();
    const { headers } = await bench.ask(path(key, '?notify=true'));
    expect(bench.notices).toEqual([key]);
    await bench.ask(path(key, '?notify=true'), { headers: { 'if-none-match': headers.etag } });
    await bench.ask(path(foreignKey(), '?notify=true'));
    expect(bench.notices).toEqual([key]);
  });

  test('notify=true needs the right to push where one is configured', async () => {
    const bench = await serve({ pushRights: { kind: 'bearer', token: 'let-me' } });
    const { key } = bench.publish();
    expect(await bench.ask(path(key))).toMatchObject({ status: 200 });
    expect(await bench.ask(path(key, '?notify=true'))).toMatchObject({ status: 401 });
    expect(bench.notices).toEqual([]);
    const headers = { authorization: 'Bearer let-me' };
    expect(await bench.ask(path(key, '?notify=true'), { headers })).toMatchObject({ status: 200 });
    expect(bench.notices).toEqual([key]);
  });
});

/** A key that no account of these tests has. */
function foreignKey(): string {
  return 'AAVBZ5EKA3ZRNJ6BTY6N4NTI3PQKAUTQ62IT4RAW6AWLTPFDNJU74VBN';
}
