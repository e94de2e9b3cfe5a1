import { METHODS } from 'node:http';
import { describe, expect, test } from 'vitest';
import { RawConnection, serve } from './support.js';

const READING = 'GET, HEAD, OPTIONS';
const PATHS = [
  '/jwt/v1/accounts',
  '/jwt/v1/operator',
  '/jwt/v2/operator',
  '/jwt/v1/pack',
  '/jwt/v1/help',
  '/healthz',
  '/readyz',
  '/metrics',
];

describe('methods', () => {
  test.each(PATHS)('%s: what is not served is 405 with Allow', async (path) => {
    const bench = await serve();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await bench.ask(path, {
        method,
        body: 'x',
        headers: { 'content-type': 'application/json', 'content-length': 1 },
      });
      expect(answer, method).toMatchObject({ status: 405, body: 'Method Not Allowed\n' });
      expect(answer.headers).toMatchObject({
        allow: READING,
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('every method that node can read gets an answer', async () => {
    const bench = await serve();
    const odd = METHODS.filter((method) => !['GET', 'HEAD', 'POST', 'OPTIONS', 'CONNECT'].includes(method));
    for (const method of odd) {
      const answer = await bench.ask('/jwt/v1/accounts/x', { method });
      expect(answer, method).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS, POST' } });
    }
  });

  test('OPTIONS: 200 with Allow, which follows the store', async () => {
    const bench = await serve();
    const allow = async (path: string) => {
      const answer = await bench.ask(path, { method: 'OPTIONS' });
      expect(answer).toMatchObject({ status: 200, body: '' });
      return answer.headers.allow;
    };
    for (const path of PATHS) expect(await allow(path), path).toBe(READING);
    expect(await allow('/jwt/v1/accounts/x')).toBe('GET, HEAD, OPTIONS, POST');
    bench.store.writable = false;
    expect(await allow('/jwt/v1/accounts/x')).toBe(READING);
  });

  test.each([
    '/',
    '/jwt',
    '/jwt/v1',
    '/jwt/v1/',
    '/jwt/v3/operator',
    '/jwt/v1/accounts/a/b',
    '/JWT/v1/help',
    '/a%2Fb',
  ])('%s: 404 for every method', async (path) => {
    const bench = await serve();
    for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
      const answer = await bench.ask(path, { method });
      expect(answer).toMatchObject({ status: 404, body: '404 page not found\n' });
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    }
    expect(await bench.ask(path, { method: 'HEAD' })).toMatchObject({ status: 404, body: '' });
  });

  test('a target with the whole URL, as a proxy sends it', async () => {
    const bench = await serve();
    const raw = await RawConnection.open(bench.url);
    raw.write('GET http://somewhere.example/healthz HTTP/1.1\r\nHost: somewhere.example\r\n\r\n');
    await raw.receives(/^HTTP\/1.1 200 OK/);
  });
});
