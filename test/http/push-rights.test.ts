import { describe, expect, test } from 'vitest';
import type { PushRights } from '../../src/http/options.js';
import { mintAccount } from '../support/mint.js';
import { RawConnection, serve } from './support.js';

const BASIC: PushRights = { kind: 'basic', user: 'ops', password: 'pä:ss' };
const BEARER: PushRights = { kind: 'bearer', token: 'tok-en' };
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

async function pushWith(rights: PushRights, authorization: string | undefined) {
  const bench = await serve({ pushRights: rights });
  const { key, jwt } = mintAccount(bench.operator);
  const headers = authorization === undefined ? {} : { authorization };
  // A string would make node encode the headers as it does the body.
  const answer = await bench.ask(`/jwt/v1/accounts/${key}`, {
    method: 'POST',
    body: Buffer.from(jwt),
    headers,
  });
  return { bench, answer };
}

describe('the right to push', () => {
  test.each([
    ['basic', BASIC, basic('ops:pä:ss')],
    ['basic, scheme in another case', BASIC, basic('ops:pä:ss').replace('Basic', 'bAsIc')],
    ['bearer', BEARER, 'Bearer tok-en'],
    [
      'bearer in UTF-8',
      { kind: 'bearer', token: 'tàk' } as const,
      `Bearer ${Buffer.from('tàk').toString('latin1')}`,
    ],
  ])('%s: 200 with what is configured', async (_kind, rights, authorization) => {
    const { bench, answer } = await pushWith(rights, authorization);
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(bench.accounts.published.size).toBe(1);
  });

  test.each([
    ['nothing', BASIC, undefined],
    ['a wrong password', BASIC, basic('ops:pass')],
    ['a wrong user', BASIC, basic('opx:pä:ss')],
    ['an empty password', BASIC, basic('ops:')],
    ['no colon', BASIC, basic('ops')],
    ['no base64', BASIC, 'Basic ***'],
    ['the scheme alone', BASIC, 'Basic'],
    ['a bearer token for basic', BASIC, 'Bearer ops:pä:ss'.normalize('NFC').replace('ä', 'a')],
    ['nothing', BEARER, undefined],
    ['a part of the token', BEARER, 'Bearer tok'],
    ['more than the token', BEARER, 'Bearer tok-en tok-en'],
    ['basic for a bearer token', BEARER, basic('tok-en')],
  ])('%s: 401 with a challenge, and no trace of what was sent', async (_what, rights, authorization) => {
    const { bench, answer } = await pushWith(rights, authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(
      rights.kind === 'basic' ? /^Basic realm="nats-account-server", charset="UTF-8"$/ : /^Bearer realm=/,
    );
    expect(bench.accounts.published.size).toBe(0);
    expect(bench.log.messages('warn')).toHaveLength(1);
    if (authorization !== undefined) expect(JSON.stringify(bench.log.lines)).not.toContain(authorization);
    expect(JSON.stringify(bench.log.lines)).not.toMatch(/tok-en|pä/);
  });

  test('is asked for before the body is sent', async () => {
    const bench = await serve({ pushRights: BEARER });
    const raw = await RawConnection.open(bench.url);
    raw.write('POST /jwt/v1/accounts/x HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n');
    await raw.receives(/^HTTP\/1.1 401 Unauthorized/);
  });

  test('can be changed while running', async () => {
    const bench = await serve({ pushRights: BASIC });
    const push = (authorization: string) =>
      bench.ask('/jwt/v1/accounts/x', { method: 'POST', headers: { authorization } });
    expect(await push('Bearer tok-en')).toMatchObject({ status: 401 });
    bench.server.reloadPushRights(BEARER);
    expect(await push('Bearer tok-en')).toMatchObject({ status: 400 });
    expect(await push(basic('ops:pä:ss'))).toMatchObject({ status: 401 });
    bench.server.reloadPushRights({ kind: 'none' });
    expect(await push('')).toMatchObject({ status: 400 });
  });

  test('is not needed for reading', async () => {
    const bench = await serve({ pushRights: BASIC });
    const { key } = bench.publish();
    expect(await bench.ask(`/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200 });
  });
});
