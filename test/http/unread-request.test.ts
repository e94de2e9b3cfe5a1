import { describe, expect, test } from 'vitest';
import { RawConnection, serve } from './support.js';

const OK = 'HTTP/1.1 200 OK\r\n';
const NEXT = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';

/** Waits until so many of these texts have come. */
async function comes(raw: RawConnection, text: string, times: number): Promise<string> {
  const count = (all: string) => all.split(text).length - 1;
  return raw.receives({ test: (all) => count(all) >= times });
}

async function connection() {
  const bench = await serve();
  const { key, jwt } = bench.publish();
  const raw = await RawConnection.open(bench.url);
  const head = `GET /jwt/v1/accounts/${key} HTTP/1.1\r\nHost: x\r\n`;
  return { bench, raw, head, jwt };
}

describe('a GET of an account', () => {
  test.each([
    ['no body', '\r\n'],
    ['an empty one', 'Content-Length: 0\r\n\r\n'],
    ['a body', 'Content-Length: 5\r\n\r\nhello'],
    ['a body in chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ['an offer of another protocol', 'Connection: Upgrade\r\nUpgrade: other\r\n\r\n'],
    ['a body that waits to be asked for', 'Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello'],
  ])('with %s leaves its connection to the next request', async (_what, rest) => {
    const { raw, head, jwt } = await connection();
    for (const count of [1, 2, 3]) {
      raw.write(head + rest);
      await comes(raw, jwt, count);
    }
    raw.write(NEXT);
    await comes(raw, OK, 4);
  });

  test('with a body larger than what node holds of one: it is taken off the wire', async () => {
    const { raw, head, jwt } = await connection();
    raw.write(`${head}Content-Length: 1000000\r\n\r\n${'x'.repeat(1_000_000)}${NEXT}`);
    expect((await comes(raw, OK, 2)).split(jwt)).toHaveLength(2);
  });

  test('many at once on one connection, and other requests among them: in order', async () => {
    const { raw, head, jwt } = await connection();
    raw.write(`${head}\r\n${NEXT}${head}\r\n`.repeat(100));
    const answers = (await comes(raw, jwt, 200)).split(OK).slice(1);
    expect(answers.map((answer) => answer.includes(jwt))).toEqual(
      Array.from({ length: 300 }, (_, at) => at % 3 !== 1),
    );
  });

  test('whose client goes away at once harms nobody', async () => {
    const { bench, raw, head } = await connection();
    raw.write(`${head}\r\n`.repeat(1000));
    raw.socket.resetAndDestroy();
    await raw.closed();
    expect(await bench.ask('/healthz')).toMatchObject({ status: 200 });
    expect(bench.log.messages('error')).toEqual([]);
  });
});
