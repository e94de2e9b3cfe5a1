import { describe, expect, test } from 'vitest';
import { mintAccount } from '../support/mint.js';
import { cellOf, serverNamed } from './hand-fleet.js';
import { push, serve, serveFleet } from './support.js';
import { pushAndWait, pushWith } from './waiting-push.js';

const [n1, n2, n3] = [serverNamed('n1'), serverNamed('n2'), serverNamed('n3')];

describe('a push that waits', () => {
  test('200 with a line for each server once the token is in effect on all that have the account', async () => {
    const bench = await serveFleet();
    const { account, answer, waiting } = await pushAndWait(bench);
    expect(waiting).toMatchObject({ what: account.key, waitMs: 5_000 });
    expect((await bench.ask(`/jwt/v1/accounts/${account.key}`)).body, 'served while it waits').toBe(
      account.jwt,
    );
    bench.fleet.stands(account.key, 'effective', [cellOf(n2, 'not_loaded'), cellOf(n1, 'current')]);
    waiting.end();
    const { status, headers, body } = await answer;
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body.replace(/\(\S+ s\)/, '(TIME)').split('\n')).toEqual([
      'in effect on every nats-server that has the account loaded (TIME)',
      'n1: runs this token',
      'n2: has not loaded the account; it fetches this token when it needs it',
      '',
    ]);
    expect(bench.counted).toContain('POST /jwt/v1/accounts/:accountKey?wait 200');
  });

  test('200 where no server has the account loaded', async () => {
    const bench = await serveFleet();
    const { account, answer, waiting } = await pushAndWait(bench);
    bench.fleet.stands(account.key, 'effective', [cellOf(n1, 'not_loaded')]);
    waiting.end();
    expect(await answer).toMatchObject({
      status: 200,
      body: expect.stringMatching(/: none has the account loaded/),
    });
  });

  test('202 with what is missing, the servers at fault first', async () => {
    const bench = await serveFleet();
    const { account, answer, waiting } = await pushAndWait(bench);
    bench.fleet.stands(account.key, 'pending', [
      cellOf(n1, 'current'),
      cellOf(serverNamed('n2', { presence: 'silent' }), 'differs'),
      cellOf(n3, 'differs', { acknowledged: 'failed', acknowledgedVersion: 1 }),
      cellOf(serverNamed('n4', { presence: 'leaving' }), 'unproven'),
      cellOf(serverNamed('n5', { presence: 'silent' }), 'unknown'),
      cellOf(serverNamed('n6'), 'incomplete'),
      cellOf(serverNamed('n7'), 'differs', { acknowledged: 'failed', acknowledgedVersion: 0 }),
      cellOf(serverNamed('n8'), 'placeholder'),
    ]);
    waiting.end();
    const { status, body } = await answer;
    expect(status).toBe(202);
    expect(body.replace(/after \S+ s/, 'after TIME').split('\n')).toEqual([
      'stored and served, but not proven to be in effect on every nats-server after TIME; delivery goes on',
      'n2: does not answer; when last asked: runs another token',
      'n3: refused this token; runs another token',
      'n4: has the account loaded; not known yet which token it runs (it is shutting down)',
      'n5: does not answer; what it runs is not known',
      'n6: runs this token, but something that the account imports is missing there',
      'n7: runs another token',
      'n1: runs this token',
      'n8: holds no token of the account and serves nobody with it',
      '',
    ]);
  });

  test.each(['incomplete', 'expired', 'pending', 'unknown'] as const)(
    '202 when the account ends as %s',
    async (state) => {
      const bench = await serveFleet();
      const { account, answer, waiting } = await pushAndWait(bench);
      bench.fleet.stands(account.key, state, [cellOf(n1, 'current')]);
      waiting.end();
      expect(await answer).toMatchObject({
        status: 202,
        body: expect.stringMatching(/^stored and served, but not proven/),
      });
    },
  );

  test('202 when NATS is away', async () => {
    const bench = await serveFleet();
    bench.fleet.connected = false;
    const { account, answer, waiting } = await pushAndWait(bench);
    bench.fleet.stands(account.key, 'unknown', [
      cellOf(serverNamed('n1', { presence: 'silent' }), 'unproven'),
    ]);
    waiting.end();
    expect(await answer).toMatchObject({ status: 202, body: expect.stringMatching(/no connection to NATS/) });
  });

  test('202 at once when NATS is not configured', async () => {
    const bench = await serve();
    const answer = await pushWith(bench, mintAccount(bench.operator), '60s');
    expect(answer).toMatchObject({
      status: 202,
      body: expect.stringMatching(/^stored and served; NATS is not configured/),
    });
  });

  test('a token that changes nothing is waited for as well', async () => {
    const bench = await serveFleet();
    const account = bench.publish();
    bench.fleet.stands(account.key, 'effective', [cellOf(n1, 'current')]);
    const answer = pushWith(bench, account, '1s');
    await bench.fleet.waiters(1);
    bench.fleet.waits[0]?.end();
    expect(await answer).toMatchObject({ status: 200, body: expect.stringMatching(/^in effect/) });
  });

  test('a server name cannot forge lines, and a fleet of any size makes a short answer', async () => {
    const bench = await serveFleet();
    const { account, answer, waiting } = await pushAndWait(bench);
    const many = Array.from({ length: 250 }, (_, i) => cellOf(serverNamed(`s${i}`), 'current'));
    bench.fleet.stands(account.key, 'effective', [
      cellOf(serverNamed('a\nb\u001b[2K\u2028'), 'current'),
      ...many,
    ]);
    waiting.end();
    const lines = (await answer).body.split('\n');
    expect(lines[1]).toMatch(/^a\?b\?\[2K\?: runs/);
    expect(lines.slice(-2)).toEqual(['and 151 more', '']);
    expect(lines).toHaveLength(103);
  });

  test.each([
    ['unknown', 'not all nats-servers have been found and asked yet'],
    ['pending', 'the servers are being asked again'],
  ] as const)('202 when %s although no server is at fault says why', async (state, why) => {
    const bench = await serveFleet();
    const { account, answer, waiting } = await pushAndWait(bench);
    bench.fleet.stands(account.key, state, [cellOf(n1, 'current'), cellOf(n2, 'not_loaded')]);
    waiting.end();
    expect((await answer).body.split('\n')[1]).toBe(why);
  });
});

describe('a push that is replaced while it waits', () => {
  test.each([
    [
      'a newer token',
      1,
      'effective',
      /^stored, but a newer token \(issued 20.*Z\) .*; that one is in effect on every/,
    ],
    [
      'a newer token',
      1,
      'pending',
      /^stored, but a newer token .*; that one is not yet in effect everywhere/,
    ],
    ['another token', 0, 'effective', /^stored, but another token .*; that one is in effect on every/],
  ] as const)('by %s %#: never claims to be in effect', async (_which, laterBy, state, text) => {
    const bench = await serveFleet();
    const { account, answer, waiting } = await pushAndWait(bench);
    const iat = (bench.accounts.published.get(account.key)?.account.issuedAtSeconds ?? 0) + laterBy;
    const { jwt } = mintAccount(bench.operator, {
      identity: account.identity,
      iat,
      nats: { description: 'later' },
    });
    expect(await push(bench, { key: account.key, jwt })).toMatchObject({ status: 200 });
    bench.fleet.stands(account.key, state, [cellOf(n1, 'current')], { version: 2 });
    waiting.end();
    const { status, body } = await answer;
    expect(status).toBe(202);
    expect(body).toMatch(text);
    expect(body).not.toMatch(/this token/);
  });

  test('by nothing: it says that the account is gone', async () => {
    const bench = await serveFleet();
    const { account, answer, waiting } = await pushAndWait(bench);
    bench.fleet.stands(account.key, 'effective', [cellOf(n1, 'current')]);
    bench.store.drop(account.key);
    waiting.end();
    expect(await answer).toMatchObject({ status: 202, body: expect.stringMatching(/taken out again/) });
  });
});
