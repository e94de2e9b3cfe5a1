import { createAccount } from 'nkeys.js';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import {
  AccountsAnswer,
  ApiError,
  FleetAccount,
  FleetAccountsAnswer,
  FleetAnswer,
} from '../../src/http/routes/api/schemas.js';
import { cellOf, serverNamed } from './hand-fleet.js';
import { type Answer, type HttpBench, type Question, serve, serveFleet } from './support.js';

const FLEET = '/api/v1/fleet';
const FLEET_ACCOUNTS = '/api/v1/fleet/accounts';
const ACCOUNTS = '/api/v1/accounts';
const KEY = 'ACFMUSBHAVIQNLZUHUETGFAI5273LLDLBU2AW2ZMZRK3W7P3S2L3HFEU';

/** Asks, and reads the answer by its schema: what is not in it is an error too. */
async function read<S extends TSchema>(
  bench: HttpBench,
  path: string,
  schema: S,
  status = 200,
): Promise<Static<S>> {
  return readAnswer(await bench.ask(path), schema, status);
}

function readAnswer<S extends TSchema>(answer: Answer, schema: S, status = 200): Static<S> {
  expect(answer.status, answer.body).toBe(status);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  const value: unknown = JSON.parse(answer.body);
  const checker = Compile(schema);
  if (!checker.Check(value)) throw new Error(JSON.stringify(checker.Errors(value)));
  return value;
}

const readError = (bench: HttpBench, path: string, status: number) => read(bench, path, ApiError, status);

describe('GET /api/v1/fleet', () => {
  test('shows the servers and how many accounts are in which state', async () => {
    const bench = await serveFleet();
    bench.fleet.servers = [
      serverNamed('n1', { startedAt: '2026-11-22T04:04:53.243123456+01:00' }),
      serverNamed('n2', { presence: 'silent', startedAt: 'long ago' }),
    ];
    bench.fleet.stands(bench.publish().key, 'effective');
    bench.fleet.stands(bench.publish().key, 'pending');
    expect(await read(bench, FLEET, FleetAnswer)).toEqual({
      configured: true,
      connected: true,
      effective: false,
      servers: [
        {
          ...{ id: 'Nn1', name: 'n1', cluster: 'east', version: '2.15.1', presence: 'present' },
          ...{ startedAt: '2026-11-22T03:04:53.243Z', heardAt: '2027-01-15T08:00:00.000Z' },
        },
        {
          ...{ id: 'Nn2', name: 'n2', cluster: 'east', version: '2.15.1', presence: 'silent' },
          ...{ startedAt: null, heardAt: '2027-01-15T08:00:00.000Z' },
        },
      ],
      accounts: { effective: 1, incomplete: 0, expired: 0, pending: 1, unknown: 0 },
      queued: 1,
      comparing: 2,
    });
  });

  test('with wait answers when all is effective', async () => {
    const bench = await serveFleet();
    const { key } = bench.publish();
    bench.fleet.stands(key, 'pending');
    const answer = bench.ask(`${FLEET}?wait=10s`);
    await bench.fleet.waiters(1);
    expect(bench.fleet.waits[0]).toMatchObject({ what: 'all', waitMs: 10_000 });
    bench.fleet.stands(key, 'effective');
    bench.fleet.waits[0]?.end();
    expect(readAnswer(await answer, FleetAnswer).effective).toBe(true);
    expect(bench.counted).toContain('GET /api/v1/fleet?wait 200');
  });

  test('where NATS is not configured says so at once', async () => {
    const bench = await serve();
    bench.publish();
    expect(await read(bench, `${FLEET}?wait=60s`, FleetAnswer)).toMatchObject({
      configured: false,
      connected: false,
      effective: false,
      servers: [],
      accounts: { effective: 0, unknown: 1 },
    });
  });

  test('waiting ends when the service is stopped', async () => {
    const bench = await serveFleet();
    const answer = bench.ask(`${FLEET}?wait=60s`);
    await bench.fleet.waiters(1);
    await Promise.all([bench.server.close(), answer]);
    expect((await answer).status).toBe(200);
  });
});

describe('GET /api/v1/fleet/accounts/<key>', () => {
  test('shows what each server runs of what is published', async () => {
    const bench = await serveFleet();
    const { key } = bench.publish({ name: 'shop' });
    const proven = { effectVersion: 2, effectAtSeconds: 1_800_000_001 };
    const noticed = {
      acknowledged: 'applied',
      acknowledgedVersion: 2,
      acknowledgedAtSeconds: 1_800_000_002,
    } as const;
    bench.fleet.stands(
      key,
      'pending',
      [
        cellOf(serverNamed('n1'), 'current', { ...proven, ...noticed }),
        cellOf(serverNamed('n2'), 'unproven', {
          effect: 'current',
          acknowledged: 'applied',
          acknowledgedVersion: 1,
        }),
        cellOf(serverNamed('n3'), 'not_loaded', { effect: 'unknown', effectVersion: 0, effectAtSeconds: 0 }),
      ],
      { version: 2, work: 'checking', pendingSinceMs: 1_800_000_000_500 },
    );
    const silence = { acknowledged: 'none', acknowledgedAt: null, proven: null };
    expect(await read(bench, `${FLEET_ACCOUNTS}/${key}`, FleetAccount)).toEqual({
      account: key,
      name: 'shop',
      state: 'pending',
      version: 2,
      work: 'checking',
      since: '2027-01-15T08:00:00.500Z',
      servers: [
        {
          ...{ id: 'Nn1', name: 'n1', effect: 'current', proven: '2027-01-15T08:00:01.000Z' },
          ...{ acknowledged: 'applied', acknowledgedAt: '2027-01-15T08:00:02.000Z' },
        },
        { id: 'Nn2', name: 'n2', effect: 'unproven', ...silence },
        { id: 'Nn3', name: 'n3', effect: 'not_loaded', ...silence },
      ],
    });
  });

  test('with wait answers when it is effective', async () => {
    const bench = await serveFleet();
    const { key } = bench.publish();
    bench.fleet.stands(key, 'pending');
    const answer = bench.ask(`${FLEET_ACCOUNTS}/${key}?wait=500ms`);
    await bench.fleet.waiters(1);
    expect(bench.fleet.waits[0]).toMatchObject({ what: key, waitMs: 500 });
    bench.fleet.stands(key, 'effective');
    bench.fleet.waits[0]?.end();
    expect(readAnswer(await answer, FleetAccount).state).toBe('effective');
  });

  test('unknown accounts are 404, without waiting for them; withdrawn ones too', async () => {
    const bench = await serveFleet();
    const { key } = bench.publish();
    bench.fleet.stands(key, 'effective');
    expect(await readError(bench, `${FLEET_ACCOUNTS}/${KEY}?wait=60s`, 404)).toMatchObject({
      error: { code: 'account.unknown' },
    });
    bench.store.drop(key);
    await readError(bench, `${FLEET_ACCOUNTS}/${key}`, 404);
    expect(bench.fleet.waits).toEqual([]);
  });

  test('where NATS is not configured its state is unknown', async () => {
    const bench = await serve();
    const { key } = bench.publish();
    expect(await read(bench, `${FLEET_ACCOUNTS}/${key}?wait=60s`, FleetAccount)).toMatchObject({
      account: key,
      state: 'unknown',
      since: null,
      servers: [],
    });
  });
});

describe('GET /api/v1/fleet/accounts', () => {
  test('lists in the order of the keys, page by page', async () => {
    const bench = await serveFleet();
    const keys = Array.from({ length: 45 }, () => bench.publish().key).sort();
    for (const key of keys) bench.fleet.stands(key, 'effective');
    const seen: string[] = [];
    let next: string | null = '';
    for (let pages = 1; next !== null; pages++) {
      const page: Static<typeof FleetAccountsAnswer> = await read(
        bench,
        `${FLEET_ACCOUNTS}?limit=30&after=${next}`,
        FleetAccountsAnswer,
      );
      expect(page.total).toBe(45);
      seen.push(...page.accounts.map(({ account }) => account));
      next = page.next;
      expect(pages).toBeLessThan(3);
    }
    expect(seen).toEqual(keys);
  });

  test('shows only the states that were asked for', async () => {
    const bench = await serveFleet();
    const [a, b, c] = [bench.publish().key, bench.publish().key, bench.publish().key];
    bench.fleet.stands(a, 'effective');
    bench.fleet.stands(b, 'pending');
    bench.fleet.stands(c, 'unknown');
    const { accounts, total } = await read(
      bench,
      `${FLEET_ACCOUNTS}?state=pending,unknown`,
      FleetAccountsAnswer,
    );
    expect(accounts.map(({ account }) => account)).toEqual([b, c].sort());
    expect(total).toBe(2);
  });

  test('with hundreds of servers a page holds fewer accounts, and says where it goes on', async () => {
    const bench = await serveFleet();
    const cells = Array.from({ length: 500 }, (_, i) => cellOf(serverNamed(`s${i}`), 'current'));
    const keys = Array.from({ length: 60 }, () => bench.publish().key).sort();
    for (const key of keys) bench.fleet.stands(key, 'effective', cells);
    const { accounts, next, total } = await read(bench, `${FLEET_ACCOUNTS}?limit=60`, FleetAccountsAnswer);
    expect(accounts.map(({ account }) => account)).toEqual(keys.slice(0, 40));
    expect([next, total]).toEqual([keys[39], 60]);
  });

  test('where NATS is not configured all are unknown', async () => {
    const bench = await serve();
    const keys = Array.from({ length: 5 }, () => bench.publish().key).sort();
    const page = await read(bench, `${FLEET_ACCOUNTS}?limit=3&state=unknown`, FleetAccountsAnswer);
    expect(page.accounts.map(({ account, state }) => [account, state])).toEqual(
      keys.slice(0, 3).map((key) => [key, 'unknown']),
    );
    expect([page.next, page.total]).toEqual([keys[2], 5]);
    const none = await read(bench, `${FLEET_ACCOUNTS}?state=effective`, FleetAccountsAnswer);
    expect(none).toEqual({ accounts: [], next: null, total: 0 });
  });
});

describe('GET /api/v1/accounts', () => {
  test('shows what a token says, and how it stands with the fleet', async () => {
    const bench = await serveFleet();
    const iat = 1_790_000_000;
    const { key, jwt } = bench.publish({
      name: 'shop "ä"',
      iat,
      exp: 1_900_000_000,
      nats: {
        imports: [{ name: 'i', subject: 'a.b', account: KEY, type: 'stream' }],
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

describe('what the API refuses', () => {
  test.each([
    [`${ACCOUNTS}?state=bad`, 'bad state "bad": give one or more of valid, expired, not_yet_valid'],
    [`${ACCOUNTS}?state=`, 'bad state "": give one or more of valid, expired, not_yet_valid'],
    [
      `${FLEET_ACCOUNTS}?state=pending,gone`,
      'bad state "gone": give one or more of effective, incomplete, expired, pending, unknown',
    ],
    [`${ACCOUNTS}?limit=0`, 'bad limit "0": give a whole number from 1 to 1000'],
    [`${ACCOUNTS}?limit=1001`, 'bad limit "1001": give a whole number from 1 to 1000'],
    [`${FLEET_ACCOUNTS}?limit=1e2`, 'bad limit "1e2": give a whole number from 1 to 1000'],
    [`${FLEET}?wait=2h`, 'bad wait parameter "2h": give 0s to 60s, such as 5s, 500ms or 5 (seconds)'],
    [
      `${FLEET_ACCOUNTS}/${KEY}?wait=`,
      'bad wait parameter "": give 0s to 60s, such as 5s, 500ms or 5 (seconds)',
    ],
    [`${ACCOUNTS}?stat=valid`, 'unknown option "stat"; known: state, limit, after'],
    [`${FLEET}?limit=1`, 'unknown option "limit"; known: wait'],
  ])('%s', async (path, message) => {
    const bench = await serveFleet();
    expect(await readError(bench, path, 400)).toEqual({ error: { code: 'query.invalid', message } });
  });

  test('a path that is not there is 404 for every method', async () => {
    const bench = await serve();
    for (const path of ['/api/v1', '/api/v1/', '/api/v2/fleet', '/api/v1/fleet/accounts/a/b']) {
      const answer = await bench.ask(path, { method: 'POST' });
      expect(readAnswer(answer, ApiError, 404)).toMatchObject({ error: { code: 'path.unknown' } });
    }
  });

  test('what cannot be answered is told to the log alone', async () => {
    const bench = await serveFleet();
    bench.publish();
    bench.fleet.account = () => {
      throw new Error('inner secret');
    };
    expect(await readError(bench, ACCOUNTS, 500)).toEqual({
      error: { code: 'internal', message: 'internal error' },
    });
    expect(bench.log.messages('error')).toEqual(['a request could not be answered']);
  });
});

describe('methods of the API', () => {
  const PATHS = [FLEET, FLEET_ACCOUNTS, `${FLEET_ACCOUNTS}/${KEY}`, ACCOUNTS];
  const ask = (bench: HttpBench, path: string, method: string): Promise<Answer> => {
    const question: Question = { method };
    return bench.ask(path, question);
  };

  test.each(PATHS)('%s is read only', async (path) => {
    const bench = await serve();
    bench.publish();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await ask(bench, path, method);
      expect(readAnswer(answer, ApiError, 405), method).toMatchObject({
        error: { code: 'method.not_allowed' },
      });
      expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS');
    }
    const options = await ask(bench, path, 'OPTIONS');
    expect(options).toMatchObject({ status: 200, headers: { allow: 'GET, HEAD, OPTIONS' } });
  });

  test('HEAD answers the headers of GET', async () => {
    const bench = await serve();
    bench.publish();
    for (const path of [FLEET, FLEET_ACCOUNTS, ACCOUNTS]) {
      const [got, head] = [await ask(bench, path, 'GET'), await ask(bench, path, 'HEAD')];
      expect(head).toMatchObject({ status: 200, body: '' });
      expect(head.headers['content-length']).toBe(got.headers['content-length']);
    }
    expect(await ask(bench, `${FLEET_ACCOUNTS}/${KEY}`, 'HEAD')).toMatchObject({ status: 404, body: '' });
  });
});
