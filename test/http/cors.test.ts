import { describe, expect, test } from 'vitest';
import { serve } from './support.js';

const PAGE = 'https://page.example';
const preflight = { origin: PAGE, 'access-control-request-method': 'POST' };

async function askWith(corsOrigins: readonly string[], headers: Record<string, string>, method = 'GET') {
  const bench = await serve({ corsOrigins });
  const { key } = bench.publish();
  return bench.ask(`/jwt/v1/accounts/${key}`, { headers, method });
}

describe('pages of other origins', () => {
  test('none configured: no header of CORS, no preflight', async () => {
    const { headers } = await askWith([], { origin: PAGE });
    expect(Object.keys(headers).filter((name) => /access-control|vary/.test(name))).toEqual([]);
    const answer = await askWith([], preflight, 'OPTIONS');
    expect(answer).toMatchObject({ status: 200, headers: { allow: 'GET, HEAD, OPTIONS, POST' } });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('a configured origin may read, ETag included', async () => {
    const { headers } = await askWith(['https://other.example', PAGE], { origin: PAGE });
    expect(headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-expose-headers': 'ETag',
      vary: 'Origin',
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  test.each([
    `${PAGE}.evil.example`,
    'https://page.example:444',
    'http://page.example',
    'null',
    PAGE.toUpperCase(),
  ])('the origin %s is another one', async (origin) => {
    const { headers, status } = await askWith([PAGE], { origin });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers.vary).toBe('Origin');
  });

  test('caches learn of it from every answer, errors too', async () => {
    const bench = await serve({ corsOrigins: [PAGE] });
    for (const path of ['/jwt/v1/accounts/x', '/nowhere', '/healthz']) {
      expect((await bench.ask(path)).headers.vary, path).toBe('Origin');
    }
  });

  test('* opens to all', async () => {
    const { headers } = await askWith(['*'], { origin: 'https://any.example' });
    expect(headers['access-control-allow-origin']).toBe('*');
  });

  test('preflight: 204 on any path, with what may be sent', async () => {
    const bench = await serve({ corsOrigins: [PAGE] });
    for (const path of ['/jwt/v1/accounts/x', '/nowhere']) {
      const answer = await bench.ask(path, { method: 'OPTIONS', headers: preflight });
      expect(answer).toMatchObject({ status: 204, body: '' });
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': PAGE,
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': expect.stringContaining('Authorization'),
        vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
      });
    }
  });

  test('preflight of another origin: 204 that allows nothing', async () => {
    const answer = await askWith([PAGE], { ...preflight, origin: 'https://evil.example' }, 'OPTIONS');
    expect(answer.status).toBe(204);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
