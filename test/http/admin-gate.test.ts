import { describe, expect, test } from 'vitest';
import { type HttpBench, RawConnection, serve } from './support.js';

const PATH = '/api/v1/accounts';
const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('with an admin token', () => {
  test('whoever shows it is answered, wherever the service listens', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const bench = await serve({ host, adminToken: 'adm-in' });
      expect(await bench.ask(PATH, as('adm-in'))).toMatchObject({ status: 200 });
    }
  });

  test.each([
    ['nothing', {}],
    ['a wrong token', as('admin').headers],
    ['a part of it', as('adm-i').headers],
    ['more than it', as('adm-in adm-in').headers],
    ['a password', { authorization: `Basic ${Buffer.from('x:adm-in').toString('base64')}` }],
    ['an empty one', { authorization: 'Bearer ' }],
  ])(
    '%s: 401 with a challenge, also from this machine, and no trace of what was sent',
    async (_what, headers) => {
      const bench = await serve({ adminToken: 'adm-in' });
      for (const path of [
        PATH,
        '/api/v1/fleet',
        '/api/v1/fleet/accounts',
        '/api/v1/fleet/accounts/x',
        '/api/v1/none',
      ]) {
        const answer = await bench.ask(path, { headers });
        expect(answer.status, path).toBe(401);
        expect(answer.headers).toMatchObject({
          'www-authenticate': 'Bearer realm="nats-account-server"',
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'no-store',
        });
        expect(JSON.parse(answer.body)).toEqual({
          error: { code: 'admin.token_wrong', message: expect.stringContaining('Authorization: Bearer') },
        });
      }
      expect(bench.log.messages('warn')).toHaveLength(5);
      expect(JSON.stringify(bench.log.lines)).not.toMatch(/adm-i|YWRt/);
    },
  );

  test('the right to push is not the right to administrate, nor the other way round', async () => {
    const bench = await serve({ adminToken: 'adm-in', pushRights: { kind: 'bearer', token: 'push' } });
    expect(await bench.ask(PATH, as('push'))).toMatchObject({ status: 401 });
    const push = { method: 'POST', ...as('adm-in') };
    expect(await bench.ask('/jwt/v1/accounts/x', push)).toMatchObject({ status: 401 });
  });

  test('it can be changed, taken away and set again while running', async () => {
    const bench = await serve({ adminToken: 'old' });
    bench.server.reloadAdminToken('new');
    expect(await bench.ask(PATH, as('old'))).toMatchObject({ status: 401 });
    expect(await bench.ask(PATH, as('new'))).toMatchObject({ status: 200 });
    bench.server.reloadAdminToken(undefined);
    expect(await bench.ask(PATH)).toMatchObject({ status: 200 });
    bench.server.reloadAdminToken('again');
    expect(await bench.ask(PATH)).toMatchObject({ status: 401 });
  });

  test('other routes need none', async () => {
    const bench = await serve({ adminToken: 'adm-in' });
    for (const path of ['/jwt/v1/help', '/healthz', '/metrics', '/jwt/v1/accounts'])
      expect(await bench.ask(path)).toMatchObject({ status: 200 });
  });
});

/** The code of the error that a request with these headers gets; 200 when it gets none. */
async function codeFor(bench: HttpBench, headers: Record<string, string>): Promise<string | number> {
  const raw = await RawConnection.open(bench.url);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  raw.write(`GET ${PATH} HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`);
  const answer = await raw.closed();
  const [, code] = /"code":"([^"]+)"/.exec(answer) ?? [];
  return code ?? Number(answer.split(' ')[1]);
}

describe('without an admin token', () => {
  test('403 wherever others can reach it, with the option to set', async () => {
    const bench = await serve({ host: '0.0.0.0' });
    const answer = await bench.ask(PATH);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toEqual({
      error: { code: 'admin.token_not_set', message: expect.stringContaining('--admin-token-file FILE') },
    });
    expect(await bench.ask(PATH, as('anything'))).toMatchObject({ status: 403 });
  });

  test.each(['localhost', 'LOCALHOST:80', '127.0.0.1:9090', '127.9.9.9', '[::1]', '[::1]:1'])(
    'a program that asks for %s is answered',
    async (host) => {
      expect(await codeFor(await serve(), { Host: host })).toBe(200);
    },
  );

  test.each([
    'rebound.example',
    '127.0.0.1.example',
    '127.evil.example:9090',
    'localhost.example',
    '10.0.0.1',
    '[::2]',
    '',
  ])('a page whose name leads here is not: Host %s', async (host) => {
    expect(await codeFor(await serve(), { Host: host })).toBe('admin.not_local');
  });

  test.each(['X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP', 'Forwarded', 'Via'])(
    'what comes through a proxy on this machine is not: %s',
    async (name) => {
      expect(await codeFor(await serve(), { Host: 'localhost', [name]: '1.1 proxy' })).toBe(
        'admin.not_local',
      );
    },
  );

  test('a web page of another origin is not, even one that may read accounts', async () => {
    const bench = await serve({ corsOrigins: ['*'] });
    const from = (Origin: string) => codeFor(bench, { Host: 'localhost', Origin });
    expect(await from('https://page.example')).toBe('admin.not_local');
    expect(await from('null')).toBe('admin.not_local');
    expect(await from('http://localhost:3000')).toBe(200);
  });
});
