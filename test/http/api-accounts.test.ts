import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { AccountsAnswer } from '../../src/http/routes/api/schemas.js';
import { ACCOUNTS, read, STRANGER } from './api-answers.js';
import { type HttpBench, serve, serveFleet } from './support.js';

describe('GET /api/v1/accounts', () => {
  test('shows what a token says, and how it stands with the fleet', async () => {
    const bench = await serveFleet();
    const iat = 1_790_000_000;
    const { key, jwt } = bench.publish({
      name: 'shop "ä"',
      iat,
      exp: 1_900_000_000,
      nats: {
        imports: [{ name: 'i', subject: 'a.b', account: STRANGER, type: 'stream' }],
        exports: [
          { name: 'e', subject: 'x.>', type: 'service' },
          { name: 'f', subject: 'y', type: 'stream' },
        ],
        revocations: { '*': 1 },
        signing_keys: [createAccount().getPublicKey()],
      },
    });
    bench.fleet.stands(key, 'incomplete');
    const { accounts } = await read(bench, ACCOUNTS, AccountsAnswer);
    const issuer = (
      JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { iss: string }
    ).iss;
    expect(accounts).toEqual([
      {
        ...{ account: key, name: 'shop "ä"', issuer, state: 'valid', fleet: 'incomplete' },
        ...{
          iat,
          issuedAt: '2026-09-21T14:13:20.000Z',
          exp: 1_900_000_000,
          expiresAt: '2030-03-17T17:46:40.000Z',
        },
        counts: { imports: 1, exports: 2, revocations: 1, signingKeys: 1 },
      },
    ]);
  });

  test('no expiry is null, no NATS is null', async () => {
    const bench = await serve();
    bench.publish();
    const { accounts } = await read(bench, ACCOUNTS, AccountsAnswer);
    expect(accounts).toMatchObject([{ exp: null, expiresAt: null, state: 'valid', fleet: null }]);
  });

  test('pages follow each other in the order of the keys, while accounts come and go', async () => {
    const bench = await serve();
    const keys = Array.from({ length: 25 }, () => bench.publish().key).sort();
    const first = await read(bench, `${ACCOUNTS}?limit=10`, AccountsAnswer);
    expect(first.accounts.map(({ account }) => account)).toEqual(keys.slice(0, 10));
    expect(first).toMatchObject({ next: keys[9], total: 25 });
    bench.store.drop(String(keys[9]));
    const second = await read(bench, `${ACCOUNTS}?limit=10&after=${first.next}`, AccountsAnswer);
    expect(second.accounts.map(({ account }) => account)).toEqual(keys.slice(10, 20));
    expect(second.total).toBe(24);
    const last = await read(bench, `${ACCOUNTS}?limit=10&after=${second.next}`, AccountsAnswer);
    expect(last.accounts.map(({ account }) => account)).toEqual(keys.slice(20));
    expect(last.next).toBeNull();
  });

  test('shows only the states that were asked for, counted and paged', async () => {
    const bench = await serve();
    const now = Math.floor(Date.now() / 1000);
    const several = (choices: Parameters<HttpBench['publish']>[0]) =>
      Array.from({ length: 4 }, () => bench.publish(choices).key).sort();
    const [valid, expired, early] = [several({}), several({ exp: now - 10 }), several({ nbf: now + 1_000 })];
    const keysOf = async (query: string) => {
      const { accounts, next, total } = await read(bench, `${ACCOUNTS}?${query}`, AccountsAnswer);
      return { keys: accounts.map(({ account }) => account), next, total };
    };
    expect(await keysOf('state=valid')).toEqual({ keys: valid, next: null, total: 4 });
    expect(await keysOf('state=not_yet_valid')).toEqual({ keys: early, next: null, total: 4 });
    const [, second] = expired;
    expect(await keysOf('state=expired&limit=2')).toEqual({
      keys: expired.slice(0, 2),
      next: second,
      total: 4,
    });
    expect(await keysOf(`state=expired&limit=2&after=${second}`)).toEqual({
      keys: expired.slice(2),
      next: null,
      total: 4,
    });
    expect((await keysOf('state=expired,valid')).keys).toEqual([...expired, ...valid].sort());
  });
});
