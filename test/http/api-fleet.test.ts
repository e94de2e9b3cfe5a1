import type { Static } from 'typebox';
import { describe, expect, test } from 'vitest';
import { FleetAccount, FleetAccountsAnswer, FleetAnswer } from '../../src/http/routes/api/schemas.js';
import { FLEET, FLEET_ACCOUNTS, read, readAnswer, readError, STRANGER } from './api-answers.js';
import { cellOf, serverNamed } from './hand-fleet.js';
import { serve, serveFleet } from './support.js';

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
    expect(await readError(bench, `${FLEET_ACCOUNTS}/${STRANGER}?wait=60s`, 404)).toMatchObject({
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
