import type { KeyPair } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import type { AccountService } from '../../src/accounts/ports.js';
import { mintOperator, nowSeconds } from '../support/mint.js';
import { type HttpBench, loggedErrors, serve } from './support.js';

const PLAIN_404 = { status: 404, body: '404 page not found\n' };

describe('the resolver probe', () => {
  test.each(['/jwt/v1/accounts', '/jwt/v1/accounts/', '/jwt/v1//accounts//'])(
    '%s: 200 once loaded',
    async (path) => {
      const bench = await serve();
      const answer = await bench.ask(path);
      expect(answer).toMatchObject({ status: 200, body: '' });
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-cache, no-store, must-revalidate',
        pragma: 'no-cache',
        expires: '0',
        'content-length': '0',
      });
      expect(answer.headers['content-type']).toBeUndefined();
      expect(await bench.ask(path, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    },
  );

  test('503 while the accounts are being loaded, saying so', async () => {
    const bench = await serve({}, { accounts: unready(false, ['accounts are being loaded']) });
    expect(await bench.ask('/jwt/v1/accounts/')).toMatchObject({
      status: 503,
      body: 'accounts are being loaded\n',
    });
  });

  test('200 whatever else is wrong: nats-servers must be able to start', async () => {
    const bench = await serve({}, { accounts: unready(true, ['the directory is gone']) });
    expect(await bench.ask('/jwt/v1/accounts/')).toMatchObject({ status: 200, body: '' });
  });
});

describe('health', () => {
  test('/healthz: 200, empty, always', async () => {
    const bench = await serve({}, { accounts: unready(false, ['x']) });
    const answer = await bench.ask('/healthz');
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers['content-type']).toBeUndefined();
  });

  test('/readyz: ready', async () => {
    const bench = await serve();
    expect(await bench.ask('/readyz')).toMatchObject({ status: 200, body: 'ready\n' });
    const json = await bench.ask('/readyz', { headers: { accept: 'application/json' } });
    expect(json.headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(json.body)).toEqual({ ready: true, problems: [] });
  });

  test('/readyz: 503 with a problem a line', async () => {
    const bench = await serve({}, { accounts: unready(true, ['one', 'two']) });
    expect(await bench.ask('/readyz')).toMatchObject({ status: 503, body: 'one\ntwo\n' });
    const json = await bench.ask('/readyz', { headers: { accept: 'application/json' } });
    expect(JSON.parse(json.body)).toEqual({ ready: false, problems: ['one', 'two'] });
  });

  test('/readyz: not loaded is a problem even without another', async () => {
    const bench = await serve({}, { accounts: unready(false, []) });
    expect(await bench.ask('/readyz')).toMatchObject({
      status: 503,
      body: 'the accounts are not loaded yet\n',
    });
  });

  test('/metrics: as given', async () => {
    const bench = await serve();
    const answer = await bench.ask('/metrics');
    expect(answer).toMatchObject({ status: 200, body: 'up 1\n' });
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4');
  });

  test('/metrics that fail: 500 outside, whole in the log', async () => {
    const bench = await serve({}, { metrics: () => Promise.reject(new Error('broken registry')) });
    expect(await bench.ask('/metrics')).toMatchObject({ status: 500, body: 'internal error\n' });
    expect(loggedErrors(bench)).toEqual([new Error('broken registry')]);
  });
});

describe('the operator', () => {
  test.each(['/jwt/v1/operator', '/jwt/v2/operator', '//jwt/v1/operator/'])('%s: the token', async (path) => {
    const bench = await serve();
    const answer = await bench.ask(path);
    expect(answer).toMatchObject({ status: 200, body: bench.operator.jwt });
    expect(answer.headers['content-type']).toBe('application/jwt');
    expect(answer.headers.etag ?? answer.headers['cache-control']).toBeUndefined();
    const text = await bench.ask(`${path}?text=true`);
    expect(text).toMatchObject({ body: bench.operator.jwt, headers: { 'content-type': 'text/plain' } });
    expect((await bench.ask(`${path}?decode=true`)).body).toContain(`"sub": "${bench.operator.key}"`);
  });

  test('none in force: 404', async () => {
    const bench = await serve({}, { accounts: unready(true, []) });
    for (const path of ['/jwt/v1/operator', '/jwt/v2/operator'])
      expect(await bench.ask(path)).toMatchObject(PLAIN_404);
  });

  test('a version 1 operator is not shown to who asks for version 2', async () => {
    const operator = mintOperator();
    const claims = {
      iat: nowSeconds(),
      iss: operator.key,
      sub: operator.key,
      name: 'old',
      type: 'operator',
      nats: {},
    };
    const jwt = v1Token(claims, operator.identity);
    const bench = await serve({}, {}, { ...operator, jwt });
    expect(await bench.ask('/jwt/v1/operator')).toMatchObject({ status: 200, body: jwt });
    expect(await bench.ask('/jwt/v2/operator')).toMatchObject(PLAIN_404);
  });
});

describe('the pack', () => {
  const packed = async (bench: HttpBench, options = '') => {
    const answer = await bench.ask(`/jwt/v1/pack${options}`);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain' } });
    return answer.body;
  };

  test('a line per account that has not expired', async () => {
    const bench = await serve();
    expect(await packed(bench)).toBe('');
    const [a, b] = [bench.publish(), bench.publish({ exp: nowSeconds() + 100 })];
    bench.publish({ exp: nowSeconds() - 100 });
    const lines = [a, b].map(({ key, jwt }) => `${key}|${jwt}`);
    expect((await packed(bench)).split('\n').sort()).toEqual(lines.sort());
  });

  test('max: how many; negative: all; nothing and 0 as in Go', async () => {
    const bench = await serve({ maxPack: 3 });
    for (let i = 0; i < 4; i++) bench.publish();
    const count = async (options: string) =>
      (await packed(bench, options)).split('\n').filter(Boolean).length;
    expect(await count('')).toBe(3);
    expect(await count('?max=')).toBe(3);
    expect(await count('?max=2')).toBe(2);
    expect(await count('?max=%2B1')).toBe(1);
    expect(await count('?max=0')).toBe(0);
    expect(await count('?max=-1')).toBe(4);
  });

  test('max: what is no number, or too many', async () => {
    const bench = await serve({ maxPack: 3 });
    for (const bad of ['X', '1.5', '1e3', '0x1', ' 1', '99999999999999999999']) {
      const answer = await bench.ask(`/jwt/v1/pack?max=${encodeURIComponent(bad)}`);
      expect(answer).toMatchObject({ status: 400, body: `bad max parameter "${bad.toLowerCase()}"\n` });
      expect(answer.headers['content-type']).toBe('text/plain');
    }
    const body = 'bad max parameter "4", no more than 3 are allowed\n';
    expect(await bench.ask('/jwt/v1/pack?max=4')).toMatchObject({ status: 400, body });
  });

  test('without a limit', async () => {
    const bench = await serve({ maxPack: -1 });
    bench.publish();
    expect(await packed(bench, '?max=100000')).toContain('|');
    expect(await packed(bench)).toContain('|');
  });

  test('many accounts, in pieces that fit together', async () => {
    const bench = await serve();
    const account = bench.publish();
    const one = bench.accounts.published.get(account.key);
    if (one === undefined) throw new Error('not published');
    for (const length of [99, 100, 101, 200, 201]) {
      const many = {
        ...unready(true, []),
        published: new Map(Array.from({ length }, (_, i) => [String(i), one])),
      };
      const packing = await serve({}, { accounts: many });
      const lines = (await packed(packing)).split('\n');
      expect(lines).toEqual(Array(length).fill(`${account.key}|${account.jwt}`));
    }
  });

  test('accounts are asked for while it is put together', async () => {
    const bench = await serve();
    const { key } = bench.publish();
    const one = bench.accounts.published.get(key);
    if (one === undefined) throw new Error('not published');
    const seen: string[] = [];
    // Lines so short that all of them fit into the buffers: no reader makes the pack wait for it.
    const short = { ...one, account: { ...one.account, text: 'x' } };
    const packing: { bench?: HttpBench } = {};
    const values = function* () {
      if (packing.bench === undefined) return;
      void packing.bench.ask(`/jwt/v1/accounts/${key}`).then(({ status }) => seen.push(`account ${status}`));
      for (let i = 0; i < 10_000 && seen.length === 0; i++) {
        for (const end = performance.now() + 0.1; performance.now() < end; );
        yield short;
      }
      seen.push('pack');
    };
    const published = { get: () => short, size: 10_000, values };
    packing.bench = await serve({}, { accounts: { ...unready(true, []), published } });
    await packed(packing.bench, '?max=10000');
    expect(seen).toEqual(['account 200', 'pack']);
  });
});

test('the help is text', async () => {
  const bench = await serve();
  const answer = await bench.ask('/jwt/v1/help');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain');
  for (const path of ['/jwt/v1/accounts/', '/jwt/v1/pack', '/api/v1/fleet', '/api/v1/accounts', '/metrics'])
    expect(answer.body).toContain(`GET ${path}`);
});

function unready(loaded: boolean, problems: readonly string[]): AccountService {
  return {
    published: new Map(),
    operator: undefined,
    writable: false,
    admit: () => Promise.reject(new Error('not asked for')),
    remove: () => Promise.reject(new Error('not asked for')),
    whole: async () => true,
    readiness: () => ({ loaded, problems }),
  };
}

/** Version 1 signs the payload alone. */
function v1Token(claims: object, signer: KeyPair): string {
  const base64url = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');
  const payload = base64url(JSON.stringify(claims));
  const header = base64url('{"typ":"jwt","alg":"ed25519"}');
  return `${header}.${payload}.${base64url(signer.sign(Buffer.from(payload)))}`;
}
