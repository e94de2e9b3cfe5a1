import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { AccountService } from '../../src/accounts/ports.js';
import { ListenError } from '../../src/http/listen-error.js';
import { Listener } from '../../src/http/listener.js';
import { DEFAULT_TIMEOUTS } from '../../src/http/options.js';
import { KeptLog } from '../support/accounts.js';
import { atEnd } from '../support/clean-up.js';
import { mintAccount } from '../support/mint.js';
import { ask, type HttpBench, RawConnection, serve } from './support.js';

const REQUEST = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
const OK = /^HTTP\/1.1 200 OK\r\n/;

describe('listening', () => {
  test('localhost is every loopback address', async () => {
    const bench = await serve({ host: 'localhost' });
    expect(bench.url).toBe(`http://localhost:${bench.server.port}`);
    for (const { address, family } of await lookup('localhost', { all: true })) {
      const host = family === 6 ? `[${address}]` : address;
      expect(await ask(`http://${host}:${bench.server.port}`, '/healthz')).toMatchObject({ status: 200 });
    }
  });

  test.each(['127.0.0.1', 'localhost'])('a port of %s that is taken: which, and what to do', async (host) => {
    const { port } = (await serve()).server;
    const failure = await serve({ host, port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ListenError);
    expect(failure).toMatchObject({
      code: 'listen.address_in_use',
      message: `cannot listen on 127.0.0.1:${port}: another program listens there; stop it or choose another port`,
    });
  });

  test('an address of another machine', async () => {
    const failure = await serve({ host: '192.0.2.1', port: 9 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'listen.no_address',
      message: 'cannot listen on 192.0.2.1:9: this machine has no such address',
    });
  });

  describe('on several addresses', () => {
    const listenOn = async (addresses: readonly string[], port = 0) => {
      const log = new KeptLog();
      const answer: http.RequestListener = (_request, response) => response.end('here');
      const options = { host: 'localhost', port };
      const listener = new Listener(options, DEFAULT_TIMEOUTS, answer, log, async () => addresses);
      atEnd(() => listener.close());
      await listener.listen();
      return { listener, log };
    };

    test('all answer on one port', async () => {
      const { port } = (await listenOn(['127.0.0.1', '127.0.0.2'])).listener;
      for (const host of ['127.0.0.1', '127.0.0.2']) {
        expect(await ask(`http://${host}:${port}`, '/')).toMatchObject({ body: 'here' });
      }
    });

    test('one that this machine does not have is left out', async () => {
      const { listener, log } = await listenOn(['127.0.0.1', '192.0.2.1']);
      expect(await ask(`http://127.0.0.1:${listener.port}`, '/')).toMatchObject({ body: 'here' });
      expect(log.messages('debug')).toEqual(['a further address of localhost is not listened on']);
    });

    test('one on which another program has the port: nothing is listened on', async () => {
      const { port } = (await listenOn(['127.0.0.2'])).listener;
      await expect(listenOn(['127.0.0.1', '127.0.0.2'], port)).rejects.toMatchObject({
        code: 'listen.address_in_use',
        message: expect.stringContaining(`127.0.0.2:${port}`),
      });
      await expect(RawConnection.open(`http://127.0.0.1:${port}`)).rejects.toThrow(/ECONNREFUSED/);
    });
  });

  test('connections are kept for longer than nats-server keeps them (30 s)', async () => {
    const bench = await serve();
    const { headers } = await bench.ask('/healthz', { headers: { connection: 'keep-alive' } });
    expect(headers['keep-alive']).toBe('timeout=75');
  });

  test('one on which nothing comes for so long is closed, and not before', async () => {
    const bench = await serve({ timeouts: { keepAliveMs: 320 } });
    const raw = await RawConnection.open(bench.url);
    const askedMs = performance.now();
    raw.write(REQUEST);
    expect(await raw.closed()).toMatch(OK);
    expect(performance.now() - askedMs).toBeGreaterThanOrEqual(320);
  });

  test('one whose request takes long is kept for as long after the answer', async () => {
    const bench = await serve({ timeouts: { keepAliveMs: 320 } });
    const raw = await RawConnection.open(bench.url);
    const { key, jwt } = mintAccount(bench.operator);
    let savedMs = 0;
    bench.store.duringSave = async () => {
      await setTimeout(400);
      savedMs = performance.now();
    };
    raw.write(
      `POST /jwt/v1/accounts/${key} HTTP/1.1\r\nHost: x\r\nContent-Length: ${jwt.length}\r\n\r\n${jwt}`,
    );
    expect(await raw.closed()).toMatch(OK);
    expect(performance.now() - savedMs).toBeGreaterThanOrEqual(320);
  });

  test('requests sent without waiting for answers are answered in order', async () => {
    const bench = await serve();
    const { key, jwt } = bench.publish();
    const raw = await RawConnection.open(bench.url);
    raw.write(
      `GET /jwt/v1/help HTTP/1.1\r\nHost: x\r\n\r\nGET /jwt/v1/accounts/${key} HTTP/1.1\r\nHost: x\r\n\r\n${REQUEST}`,
    );
    const answers = await raw.receives(/(HTTP\/1.1 200 OK[\s\S]*){3}$/);
    expect(answers.indexOf('NATS account server')).toBeGreaterThan(0);
    expect(answers.indexOf(jwt)).toBeGreaterThan(answers.indexOf('NATS account server'));
  });
});

describe('what is no HTTP request', () => {
  test.each([
    ['garbage', 'hello\r\n\r\n', 400],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['another version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n', 400],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
    [
      'two ways to end a body',
      'POST /jwt/v1/accounts/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}`, 431],
    ['an endless path', `GET /${'a'.repeat(20_000)}`, 431],
  ])('%s: a status, and the connection is closed', async (_what, text, status) => {
    const bench = await serve();
    const raw = await RawConnection.open(bench.url);
    raw.write(text);
    expect(await raw.closed()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await bench.ask('/healthz')).toMatchObject({ status: 200 });
  });

  test('a connection that is reset in the middle', async () => {
    const bench = await serve();
    const raw = await RawConnection.open(bench.url);
    raw.write('GET /healthz HT');
    raw.socket.resetAndDestroy();
    await raw.closed();
    expect(await bench.ask('/healthz')).toMatchObject({ status: 200 });
  });
});

describe('what takes too long is cut', () => {
  const SLOW = { headersMs: 200, requestMs: 500 };

  test.each([
    ['headers that do not end', 'GET /healthz HTTP/1.1\r\nHost: x\r\nA: '],
    [
      'a body that does not come',
      'POST /jwt/v1/accounts/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123',
    ],
    ['a body nobody waits for', 'DELETE /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123'],
    ['silence', ''],
  ])('%s', async (_what, text) => {
    const bench = await serve({ timeouts: SLOW });
    const raw = await RawConnection.open(bench.url);
    const startedMs = performance.now();
    raw.write(text);
    expect(await raw.closed()).toMatch(/^HTTP\/1.1 (408|405) /);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(bench.log.messages('error')).toEqual([]);
  });

  test('an answer that nobody reads', async () => {
    const base = await serve();
    const { key } = base.publish();
    const one = base.accounts.published.get(key);
    if (one === undefined) throw new Error('not published');
    const published = new Map(Array.from({ length: 40_000 }, (_, i) => [String(i), one]));
    const accounts = { ...unpushable(base), published };
    const bench = await serve({ maxPack: -1, timeouts: { stallMs: 100, drainMs: 60_000 } }, { accounts });
    const raw = await RawConnection.open(bench.url);
    raw.write(REQUEST);
    await raw.receives(OK);
    raw.socket.pause();
    raw.write('GET /jwt/v1/pack HTTP/1.1\r\nHost: x\r\n\r\n');
    // Ends as soon as no connection is left.
    await bench.server.close();
    expect(bench.log.messages('warn')).toEqual([]);
  });

  test('an idle connection after a request is not', async () => {
    const bench = await serve({ timeouts: SLOW });
    const raw = await RawConnection.open(bench.url);
    raw.write(REQUEST);
    await raw.receives(OK);
    const cutter = await RawConnection.open(bench.url);
    await cutter.closed();
    raw.write(REQUEST);
    await raw.receives(/(HTTP\/1.1 200 OK[\s\S]*){2}$/);
  });
});

describe('closing', () => {
  /** A push that is being stored until it is let go. */
  async function pushUnderWay(bench: HttpBench) {
    const saving = signal();
    const letGo = signal();
    bench.store.duringSave = () => {
      saving.resolve();
      return letGo.promise;
    };
    const { key, jwt } = mintAccount(bench.operator);
    const raw = await RawConnection.open(bench.url);
    raw.write(
      `POST /jwt/v1/accounts/${key} HTTP/1.1\r\nHost: x\r\nContent-Length: ${jwt.length}\r\n\r\n${jwt}`,
    );
    await saving.promise;
    return { raw, letGo: letGo.resolve };
  }

  test('a request under way is answered first', async () => {
    const bench = await serve({ timeouts: { lingerMs: 0 } });
    const { raw, letGo } = await pushUnderWay(bench);
    let ended = false;
    const closing = bench.server.close().then(() => {
      ended = true;
    });
    await expect(RawConnection.open(bench.url)).rejects.toThrow(/ECONNREFUSED/);
    expect(ended).toBe(false);
    letGo();
    const answer = await raw.closed();
    expect(answer).toMatch(OK);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    await closing;
  });

  test('a request that never ends is cut off in the end', async () => {
    const bench = await serve({ timeouts: { drainMs: 100 } });
    const { raw, letGo } = await pushUnderWay(bench);
    await bench.server.close();
    expect(await raw.closed()).toBe('');
    expect(bench.log.messages('warn')).toContain('requests that did not end in time are cut off');
    letGo();
  });

  test('idle connections are closed at once', async () => {
    const bench = await serve({ timeouts: { lingerMs: 0 } });
    const raw = await RawConnection.open(bench.url);
    raw.write(REQUEST);
    await raw.receives(OK);
    await bench.server.close();
    await raw.closed();
  });

  test('a connection used a moment ago gets one more answer', async () => {
    const bench = await serve({ timeouts: { lingerMs: 60_000, drainMs: 60_000 } });
    const raw = await RawConnection.open(bench.url);
    raw.write(REQUEST);
    await raw.receives(OK);
    const closing = bench.server.close();
    raw.write(REQUEST);
    expect(await raw.closed()).toMatch(
      /Connection: keep-alive[\s\S]+HTTP\/1.1 200 OK[\s\S]+Connection: close\r\n/,
    );
    await closing;
  });

  test('under load no answer is lost', async () => {
    const bench = await serve();
    const { key, jwt } = bench.publish();
    let answered = 0;
    const clients = Array.from({ length: 16 }, () => fetchUntilTold(bench.url, key, () => answered++));
    while (answered < 200) await new Promise(setImmediate);
    await Promise.all([bench.server.close(), ...clients]);
    for (const bodies of await Promise.all(clients)) expect(bodies).toEqual(bodies.map(() => jwt));
  });

  test('twice, and without having listened', async () => {
    const bench = await serve();
    await Promise.all([bench.server.close(), bench.server.close()]);
    await bench.server.close();
  });
});

/** The accounts of a bench as a service that takes no pushes. */
function unpushable({ accounts }: HttpBench): AccountService {
  const refused = () => Promise.reject(new Error('not asked for'));
  return {
    published: accounts.published,
    operator: undefined,
    writable: false,
    admit: refused,
    remove: refused,
    whole: async () => true,
    readiness: () => accounts.readiness(),
  };
}

/** A promise and what fulfils it. */
function signal() {
  let resolve = () => {};
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

/** Fetches on one connection until the server says that it closes it; any break rejects. */
async function fetchUntilTold(base: string, key: string, heard: () => void): Promise<string[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const bodies: string[] = [];
  for (let kept = true; kept; ) {
    const request = http.get(`${base}/jwt/v1/accounts/${key}`, { agent });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) body += chunk;
    bodies.push(body);
    heard();
    kept = response.headers.connection !== 'close';
  }
  agent.destroy();
  return bodies;
}
