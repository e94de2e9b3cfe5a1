import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createAccount } from 'nkeys.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { ask, RawConnection } from '../http/support.js';
import { build, type TestApp } from '../support/app.js';
import { mintAccount, mintOperator } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';

const operator = mintOperator();
const tree = new OperatorTree(operator, ['A', 'B']);
const { key, jwt, identity } = tree.get('A');
const stranger = createAccount().getPublicKey();
let service: TestApp;

beforeAll(async () => {
  service = await build('--nsc', tree.dir);
});

/** Whatever was asked: what was served is served, nothing new stands in the directory, nothing is an error of ours. */
async function expectUnharmed(): Promise<void> {
  expect(await service.account(key)).toBe(jwt);
  expect(await service.account(tree.get('B').key)).toBe(tree.get('B').jwt);
  expect(readFileSync(tree.file('A'), 'utf8')).toBe(jwt);
  expect(readdirSync(join(tree.dir, 'accounts')).sort()).toEqual(['A', 'B']);
  expect(readdirSync(join(tree.dir, 'accounts/A'))).toEqual(['A.jwt']);
  expect(service.log.messages('error')).toEqual([]);
}

describe('keys and paths that are none', () => {
  const root = '/jwt/v1/accounts/';
  const cases: readonly (readonly [what: string, path: string, status: number])[] = [
    ['an unknown account', root + stranger, 404],
    ['55 characters', root + key.slice(0, 55), 404],
    ['57 characters', `${root}${key}A`, 404],
    ['lower case', root + key.toLowerCase(), 404],
    ['a wrong checksum', `${root}${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`, 404],
    ['the key of an operator', root + operator.key, 404],
    ['a name', `${root}A`, 404],
    ['a file name', `${root}${key}.jwt`, 404],
    ['dots', `${root}..`, 404],
    ['dots that lead to a key', `${root}../accounts/${key}`, 404],
    ['dots that lead to a file', `${root}../../../../etc/passwd`, 404],
    ['escaped dots', `${root}%2e%2e%2f%2e%2e%2fetc%2fpasswd`, 404],
    ['an escaped slash', `${root}A%2FA.jwt`, 404],
    ['an escaped NUL', `${root}${key}%00`, 404],
    ['an escape that is none', `${root}%zz`, 400],
    ['half an escape', `${root}${key}%`, 400],
    ['bytes that are no UTF-8', `${root}%ff%fe`, 400],
    ['an escaped line end', `${root}%0d%0aX-Evil:%201`, 404],
    ['a wildcard', `${root}*`, 404],
    ['a NATS wildcard', `${root}%3E`, 404],
    ['spelt with escapes', `${root}%41${key.slice(1)}`, 200],
    ['a very long key', root + 'A'.repeat(12_000), 404],
    ['a path longer than allowed', root + 'A'.repeat(20_000), 431],
    ['a very long query', `${root}${key}?${'a=b&'.repeat(3_000)}`, 200],
    ['an odd query', `${root}${key}?text[]=1&__proto__=x&%ff=%zz&decode=`, 200],
    ['a path below a key', `${root}${key}/users`, 404],
  ];

  test.each(cases)('%s', async (_, path, status) => {
    const answer = await ask(service.url, path);
    expect(answer.status).toBe(status);
    expect(answer.headers).not.toHaveProperty('x-evil');
    if (status === 200) expect(answer.body).toBe(jwt);
    else expect(answer.body).not.toContain('eyJ');
    // Nothing to read, so that nats-server can use the connection again.
    if (status === 404 && !path.slice(root.length).includes('/')) expect(answer.body).toBe('');
    const pushed = await ask(service.url, path, { method: 'POST', body: jwt });
    expect(pushed.status < 300).toBe(status < 300);
    expect(pushed.status).toBeLessThan(500);
    await expectUnharmed();
  });
});

type BadBody = readonly [
  what: string,
  body: string | Buffer,
  status: number,
  headers?: Record<string, string>,
];

describe('bodies that are none', () => {
  const good = mintAccount(operator, { identity, name: 'A', nats: { description: 'good' } }).jwt;
  const bodies: readonly BadBody[] = [
    ['nothing', '', 400],
    ['white space', ' \r\n\t', 400],
    ['binary', Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 7919) % 256)), 400],
    ['NUL characters', '\0'.repeat(1_000), 400],
    ['JSON', JSON.stringify({ jwt: good }), 400, { 'content-type': 'application/json' }],
    ['JSON that is none', '{"jwt":', 400, { 'content-type': 'application/json' }],
    ['deep JSON', '['.repeat(100_000), 400, { 'content-type': 'application/json' }],
    ['a form', `jwt=${good}`, 400, { 'content-type': 'application/x-www-form-urlencoded' }],
    [
      'a multipart form',
      `--x\r\n\r\n${good}\r\n--x--`,
      400,
      { 'content-type': 'multipart/form-data; boundary=x' },
    ],
    ['two tokens', `${good}\n${good}`, 400],
    ['half a token', good.slice(0, 300), 400],
    ['a token of another account', tree.get('B').jwt, 400],
    ['a token of another operator', mintAccount(mintOperator(), { identity }).jwt, 400],
    ['a token with a name that leads out', mintAccount(operator, { identity, name: '../../evil' }).jwt, 400],
    ['a token with the name of another', mintAccount(operator, { identity, name: 'B' }).jwt, 409],
    ['1 MiB of a token', `${good}${'A'.repeat(1024 * 1024 - good.length)}`, 400],
    ['far more than 1 MiB', 'A'.repeat(3 * 1024 * 1024), 413],
    ['gzip', gzipSync(good), 415, { 'content-encoding': 'gzip' }],
    ['gzip that does not say so', gzipSync(good), 400],
    ['an unknown encoding', good, 415, { 'content-encoding': 'x-evil' }],
  ];

  test.each(bodies.map((bad) => [bad[0], bad] as const))('%s', async (_, [, body, status, headers = {}]) => {
    const question = { method: 'POST', body, headers };
    const answer = await ask(service.url, `/jwt/v1/accounts/${key}`, question);
    expect([answer.status, answer.body]).toEqual([status, expect.stringMatching(/^[^{].+\n$/s)]);
    expect(answer.body).not.toMatch(/^\s+at |node:|\/tmp|FST_/m);
    await expectUnharmed();
  });

  test.each([
    ['chunks that do not end', 'Transfer-Encoding: chunked', `${'A'.repeat(65_535)}\r\n`, 413],
    ['a chunk size that is none', 'Transfer-Encoding: chunked', undefined, 400],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6', undefined, 400],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked', undefined, 400],
    ['a length that is none', 'Content-Length: -5', undefined, 400],
    ['a length beyond all', 'Content-Length: 99999999999', undefined, 413],
  ])('%s', async (_, header, chunk, status) => {
    const raw = await RawConnection.open(service.url);
    raw.write(`POST /jwt/v1/accounts/${key} HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
    if (chunk === undefined) raw.write('zz\r\n\r\n');
    else for (let i = 0; i < 40; i++) raw.write(`ffff\r\n${chunk}`);
    expect(await raw.receives(/^HTTP\/1.1 \d+ /)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await expectUnharmed();
  });

  test('more than is announced is another request, less is none', async () => {
    const raw = await RawConnection.open(service.url);
    raw.write(`POST /jwt/v1/accounts/${key} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n${jwt}`);
    const answers = await raw.closed();
    expect(new Set(answers.match(/^HTTP\/1.1 \d+/gm))).toEqual(new Set(['HTTP/1.1 400']));
    const short = await RawConnection.open(service.url);
    short.write(`POST /jwt/v1/accounts/${key} HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n${good}`);
    short.socket.end();
    await short.closed();
    await expectUnharmed();
  });

  test('and then a good one is taken', async () => {
    expect((await service.push(key, good)).status).toBe(200);
    expect(await service.account(key)).toBe(good);
  });
});
