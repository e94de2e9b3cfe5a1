import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { TlsMaterial } from '../../src/http/options.js';
import { atEnd } from '../support/clean-up.js';
import { mintAccount } from '../support/mint.js';
import { ask, type HttpBench, RawConnection, serve } from './support.js';

const pem = (file: string) => readFileSync(new URL(`./certificates/${file}`, import.meta.url), 'utf8');
const pair = (name: string): TlsMaterial => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key`) });
const ca = pem('authority.pem');

async function handshake(bench: HttpBench, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: bench.server.port, ca, ...options });
  atEnd(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

const shownName = async (bench: HttpBench) => (await handshake(bench)).getPeerCertificate().subject.CN;

describe('TLS', () => {
  test('serves accounts', async () => {
    const bench = await serve({ tls: pair('server') });
    const { key, jwt } = bench.publish();
    expect(bench.url).toMatch(/^https:/);
    expect(await ask(bench.url, `/jwt/v1/accounts/${key}`, {}, { ca })).toMatchObject({
      status: 200,
      body: jwt,
    });
  });

  test('nothing below 1.2', async () => {
    const bench = await serve({ tls: pair('server') });
    const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(handshake(bench, { ...old, maxVersion: 'TLSv1.1' })).rejects.toThrow(
      /alert protocol version/,
    );
    expect((await handshake(bench, { ...old, maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
  });

  test('plain text on it does no harm', async () => {
    const bench = await serve({ tls: pair('server') });
    const raw = await RawConnection.open(bench.url.replace('https', 'http'));
    raw.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await raw.closed();
    expect(await ask(bench.url, '/healthz', {}, { ca })).toMatchObject({ status: 200 });
  });

  test('closing does not wait for a handshake that never ends', async () => {
    const bench = await serve({ tls: pair('server'), timeouts: { drainMs: 100 } });
    const raw = await RawConnection.open(bench.url.replace('https', 'http'));
    await bench.server.close();
    expect(await raw.closed()).toBe('');
  });
});

describe('new certificates', () => {
  test('are shown to new connections; the old ones go on', async () => {
    const bench = await serve({ host: '127.0.0.1', tls: pair('server') });
    const old = await handshake(bench);
    expect(old.getPeerCertificate().subject.CN).toBe('server');
    bench.server.reloadTls(pair('renewed'));
    expect(await shownName(bench)).toBe('renewed');
    old.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = await once(old.setEncoding('utf8'), 'data');
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/);
  });

  test.each([
    ['no certificate', { ...pair('renewed'), cert: 'hello' }, 'certificate file holds no PEM'],
    ['no key', { ...pair('renewed'), key: 'hello' }, 'key file holds no PEM'],
    ['the key of another', { cert: pem('renewed.pem'), key: pem('server.key') }, 'does not belong to'],
    ['an authority that is none', { ...pair('renewed'), clientCa: 'hello' }, 'client authority holds no PEM'],
  ])('%s: refused in words, and the old ones stay', async (_what, material, words) => {
    const bench = await serve({ tls: { ...pair('server'), clientCa: ca } });
    const reload = () => bench.server.reloadTls(material);
    expect(reload).toThrow(/^the certificates cannot be used: /);
    expect(reload).toThrow(words);
    expect(await shownName(bench)).toBe('server');
  });

  test('that are broken at the start end it', async () => {
    const failure = serve({ tls: { cert: 'hello', key: 'hello' } });
    await expect(failure).rejects.toMatchObject({ code: 'listen.bad_certificate' });
  });
});

describe('pushing with a client certificate', () => {
  const tls = { ...pair('server'), clientCa: ca };

  function push(bench: HttpBench, client: Partial<TlsMaterial>, headers = {}) {
    const { key, jwt } = mintAccount(bench.operator);
    return ask(
      bench.url,
      `/jwt/v1/accounts/${key}`,
      { method: 'POST', body: jwt, headers },
      { ca, ...client },
    );
  }

  test('one of our authority: 200', async () => {
    const bench = await serve({ tls });
    expect(await push(bench, pair('client'))).toMatchObject({ status: 200 });
    expect(bench.changes).toMatchObject([{ origin: { pusher: 'certificate ci' } }]);
  });

  test.each([
    ['none', {}],
    ['a foreign one', pair('stranger')],
  ])('%s: 403, and reading is open', async (_what, client) => {
    const bench = await serve({ tls });
    const { key } = bench.publish();
    expect(await push(bench, client)).toMatchObject({
      status: 403,
      body: 'pushing needs a client certificate\n',
    });
    expect(await ask(bench.url, `/jwt/v1/accounts/${key}`, {}, { ca, ...client })).toMatchObject({
      status: 200,
    });
  });

  test('a password does too, where one is configured', async () => {
    const bench = await serve({ tls, pushRights: { kind: 'basic', user: 'u', password: 'p' } });
    const authorization = `Basic ${Buffer.from('u:p').toString('base64')}`;
    expect(await push(bench, {})).toMatchObject({ status: 401 });
    expect(await push(bench, {}, { authorization })).toMatchObject({ status: 200 });
    expect(await push(bench, pair('client'))).toMatchObject({ status: 200 });
  });

  test('after a change of the authority its certificates count no more', async () => {
    const bench = await serve({ tls });
    expect(await push(bench, pair('client'))).toMatchObject({ status: 200 });
    bench.server.reloadTls({ ...pair('server'), clientCa: pem('stranger.pem') });
    expect(await push(bench, pair('client'))).toMatchObject({ status: 403 });
    expect(await push(bench, pair('stranger'))).toMatchObject({ status: 200 });
    // Without one the authority stays: no certificate of the whole world counts instead.
    bench.server.reloadTls(pair('renewed'));
    expect(await push(bench, pair('client'))).toMatchObject({ status: 403 });
    expect(await push(bench, pair('stranger'))).toMatchObject({ status: 200 });
  });
});
