import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { mintAccount } from '../support/mint.js';
import { type HttpBench, push, RawConnection, serve } from './support.js';

/** A push whose body does not come to an end. */
async function beginPush({ url, operator }: HttpBench): Promise<{ raw: RawConnection; rest: string }> {
  const { key, jwt } = mintAccount(operator);
  const raw = await RawConnection.open(url);
  raw.write(
    `POST /jwt/v1/accounts/${key} HTTP/1.1\r\nHost: x\r\nContent-Length: ${jwt.length}\r\n\r\n${jwt.slice(0, 10)}`,
  );
  return { raw, rest: jwt.slice(10) };
}

describe('pushes of one address that are under way', () => {
  test('are limited: one more is told to come back, before its body is read', async () => {
    const bench = await serve({ pushesPerAddress: 2 });
    const [first] = [await beginPush(bench), await beginPush(bench)];
    const third = await beginPush(bench);
    const answer = await third.raw.receives(/\r\n\r\n.*\n/);
    expect(answer).toMatch(/^HTTP\/1.1 429 [\s\S]*retry-after: 1\r\n[\s\S]*too many pushes/i);
    const { key, jwt } = bench.publish();
    expect((await bench.ask(`/jwt/v1/accounts/${key}`)).body).toBe(jwt);
    first.raw.write(first.rest);
    await first.raw.receives(/^HTTP\/1.1 200 /);
    expect((await push(bench, mintAccount(bench.operator))).status).toBe(200);
  });

  test('are counted no more when their client is gone', async () => {
    const bench = await serve({ pushesPerAddress: 1 });
    const { raw } = await beginPush(bench);
    const second = await beginPush(bench);
    await second.raw.receives(/^HTTP\/1.1 429 /);
    raw.socket.destroy();
    await once(raw.socket, 'close');
    await expect.poll(async () => (await push(bench, mintAccount(bench.operator))).status).toBe(200);
  });

  test('are not limited by 0', async () => {
    const bench = await serve({ pushesPerAddress: 0 });
    for (let i = 0; i < 100; i++) await beginPush(bench);
    expect((await push(bench, mintAccount(bench.operator))).status).toBe(200);
  });
});
