import { describe, expect, test } from 'vitest';
import { mintAccount } from '../support/mint.js';
import { cellOf, serverNamed } from './hand-fleet.js';
import { push, RawConnection, serveFleet } from './support.js';
import { pushAndWait } from './waiting-push.js';

describe('the wait option', () => {
  test.each([
    ['5s', 5_000],
    ['500ms', 500],
    ['1m', 60_000],
    ['1.5s', 1_500],
    ['60', 60_000],
    ['0', 0],
  ])('%s is %i ms', async (wait, waitMs) => {
    const bench = await serveFleet();
    const { waiting, answer, account } = await pushAndWait(bench, wait);
    expect(waiting.waitMs).toBe(waitMs);
    bench.fleet.stands(account.key, 'effective');
    waiting.end();
    expect((await answer).status).toBe(200);
  });

  test.each(['', '61s', '2m', '1h', '-1', 'soon', '5 s', '1e1', '5S', '%00', '0x10'])(
    '%j is refused before the body is read',
    async (wait) => {
      const bench = await serveFleet();
      const raw = await RawConnection.open(bench.url);
      raw.write(
        `POST /jwt/v1/accounts/x?wait=${encodeURIComponent(wait)} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n`,
      );
      const answer = await raw.receives(/\r\n\r\n.*\n$/);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toMatch(
        /bad wait parameter ".*": give 0s to 60s, such as 5s, 500ms or 5 \(seconds\)\n$/,
      );
    },
  );

  test('who may not push learns nothing of it, and a refused token is answered at once', async () => {
    const bench = await serveFleet({ pushRights: { kind: 'bearer', token: 't' } });
    const url = '/jwt/v1/accounts/x?wait=never';
    expect(await bench.ask(url, { method: 'POST', body: 'x' })).toMatchObject({ status: 401 });
    const headers = { authorization: 'Bearer t' };
    const answer = await bench.ask('/jwt/v1/accounts/x?wait=60s', { method: 'POST', body: 'x', headers });
    expect(answer).toMatchObject({ status: 400, body: 'bad JWT in request\n' });
    expect(bench.fleet.waits).toEqual([]);
  });

  test('without it the answer is as ever, and nobody waits', async () => {
    const bench = await serveFleet();
    const answer = await push(bench, mintAccount(bench.operator));
    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '0' } });
    expect(answer.headers['content-type']).toBeUndefined();
    expect(bench.fleet.waits).toEqual([]);
  });
});

describe('waiting ends', () => {
  test('when the client goes away', async () => {
    const bench = await serveFleet();
    const { key, jwt } = mintAccount(bench.operator);
    const raw = await RawConnection.open(bench.url);
    raw.write(
      `POST /jwt/v1/accounts/${key}?wait=60s HTTP/1.1\r\nHost: x\r\nContent-Length: ${jwt.length}\r\n\r\n${jwt}`,
    );
    await bench.fleet.waiters(1);
    const { signal } = bench.fleet.waits[0] ?? {};
    const aborted = new Promise((resolve) => signal?.addEventListener('abort', resolve));
    expect(signal?.aborted).toBe(false);
    raw.socket.destroy();
    await aborted;
    expect(bench.log.messages('error')).toEqual([]);
  });

  test('when the service is stopped: all are answered, also those that come in the meantime', async () => {
    const bench = await serveFleet();
    const { key, jwt } = mintAccount(bench.operator);
    bench.fleet.stands(key, 'pending', [cellOf(serverNamed('n1'), 'unproven')]);
    const request = `POST /jwt/v1/accounts/${key}?wait=60s HTTP/1.1\r\nHost: x\r\nContent-Length: ${jwt.length}\r\n\r\n${jwt}`;
    const [early, late] = [await RawConnection.open(bench.url), await RawConnection.open(bench.url)];
    early.write(request);
    await bench.fleet.waiters(1);
    const startedMs = performance.now();
    const closed = bench.server.close();
    late.write(request);
    for (const raw of [early, late]) {
      const answer = await raw.closed();
      expect(answer).toMatch(/^HTTP\/1.1 202 Accepted\r\n/);
      expect(answer).toMatch(/connection: close\r\n/i);
      expect(answer).toMatch(/the account server is being stopped/);
    }
    await closed;
    // They would wait for a minute.
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    expect(bench.log.messages('warn')).toEqual([]);
  });

  test('without counting as a push that is under way', async () => {
    const bench = await serveFleet({ pushesPerAddress: 1 });
    const first = await pushAndWait(bench);
    const second = await pushAndWait(bench);
    for (const { account, waiting, answer } of [first, second]) {
      bench.fleet.stands(account.key, 'effective');
      waiting.end();
      expect((await answer).status).toBe(200);
    }
    expect((await push(bench, mintAccount(bench.operator))).status).toBe(200);
  });
});
