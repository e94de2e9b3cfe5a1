import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAccountNames, readLoadedAnswer } from '../../src/nats/accountz.js';
import { readEnvelope } from '../../src/nats/envelope.js';
import { readEvent } from '../../src/nats/server-events.js';
import { readStatsz } from '../../src/nats/statsz.js';
import { readUpdateAnswer } from '../../src/nats/update-answer.js';

const server = { name: 'n1', host: 'h', id: 'NABC', cluster: 'c', ver: '2.15.1', jetstream: false };
const facts = { id: 'NABC', name: 'n1', cluster: 'c', version: '2.15.1' };
const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

describe('answers to an update', () => {
  const data = (message: unknown) => bytes({ server, data: { account: 'A', code: 200, message } });
  const error = (description: unknown) => bytes({ server, error: { account: 'A', code: 500, description } });

  test.each([
    ['applied', 'jwt updated', data('jwt updated')],
    ['applied', 'jwt updated cache', data('jwt updated cache')],
    ['not_loaded', 'jwt update skipped', data('jwt update skipped')],
    ['not_loaded', 'jwt update cache skipped', data('jwt update cache skipped')],
    ['account_server', 'Updated jwt', data('Updated jwt')],
    ['unknown', 'something new', data('something new')],
    ['unknown', '', data(17)],
    ['failed', 'jwt store is full', error('jwt store is full')],
    ['failed', 'no', bytes({ server, data: null, error: { code: 500, description: 'no' } })],
    ['failed', '', bytes({ server, error: {} })],
  ])('%s: "%s"', (result, text, payload) => {
    expect(readUpdateAnswer(payload)).toEqual({ server: facts, result, text });
  });

  test('words are cut before they get into a log', () => {
    expect(readUpdateAnswer(error('x'.repeat(10_000)))?.text).toHaveLength(256);
  });
});

describe('answers about what is loaded', () => {
  const detail = (account_detail: unknown) => bytes({ server, data: { server_id: 'NABC', account_detail } });
  const loaded = (payload: Uint8Array) => readLoadedAnswer(payload)?.loaded;

  const nothing = { kind: 'loaded', jwt: undefined, complete: false, expired: false };
  test.each([
    [
      'a token',
      detail({ jwt: 'ey', complete: true, expired: false }),
      { ...nothing, jwt: 'ey', complete: true },
    ],
    ['a placeholder', detail({ jwt: '', expired: true }), { ...nothing, expired: true }],
    ['no detail to speak of', detail({}), nothing],
    [
      'an account that is not loaded',
      bytes({ server, data: null, error: { code: 500, description: 'Account AX does not exist' } }),
      { kind: 'not_loaded' },
    ],
    [
      'an error',
      bytes({ server, error: { code: 400, description: 'bad' } }),
      { kind: 'failed', text: 'bad' },
    ],
    ['null', detail(null), { kind: 'failed', text: 'no account detail' }],
    ['nothing', bytes({ server, data: {} }), { kind: 'failed', text: 'no account detail' }],
  ])('%s', (_, payload, expected) => {
    expect(loaded(payload)).toEqual(expected);
  });

  test('lists of names: what is no name is left out, null is empty, an error is no list', () => {
    const names = (accounts: unknown) => readAccountNames(bytes({ server, data: { accounts } }));
    expect(names(['$G', 7, 'AX'])).toEqual(['$G', 'AX']);
    expect(names(null)).toEqual([]);
    expect(names('AX')).toBeUndefined();
    expect(readAccountNames(bytes({ server, error: { description: 'no' } }))).toBeUndefined();
  });
});

describe('servers that show themselves', () => {
  test('with their start and how many they know', () => {
    const payload = bytes({ server, statsz: { start: '2026-01-01T00:00:00Z', active_servers: 3 } });
    expect(readStatsz(payload)).toEqual({
      server: { ...facts, startedAt: '2026-01-01T00:00:00Z' },
      activeServers: 3,
    });
  });

  test('without statistics, or with odd ones', () => {
    expect(readStatsz(bytes({ server }))).toEqual({ server: facts, activeServers: 0 });
    expect(readStatsz(bytes({ server, statsz: { start: 5, active_servers: -1 } }))?.activeServers).toBe(0);
  });

  test('a server without a name is called by its id; one without a usable id is nobody', () => {
    expect(readStatsz(bytes({ server: { id: 'NX' } }))?.server.name).toBe('NX');
    for (const id of ['', 'a b', '*', '>', 'N.X', 'x'.repeat(200), 5, null])
      expect(readStatsz(bytes({ server: { id } }))).toBeUndefined();
  });
});

describe('events', () => {
  test.each([
    ['$SYS.SERVER.NABC.SHUTDOWN', { kind: 'server_gone', serverId: 'NABC' }],
    ['$SYS.SERVER.NABC.LAMEDUCK', { kind: 'server_leaving', serverId: 'NABC' }],
    ['$SYS.SERVER.NABC.STATSZ', { kind: 'server_seen', server: facts }],
    ['$SYS.REQ.ACCOUNT.AX.CLAIMS.UPDATE', { kind: 'foreign_update', accountKey: 'AX' }],
    ['$SYS.ACCOUNT.AX.CLAIMS.UPDATE', { kind: 'foreign_update', accountKey: 'AX' }],
    ['$SYS.SERVER.NABC.CLIENT.AUTH.ERR', undefined],
    ['$SYS.ACCOUNT.AX.CONNECT', undefined],
  ])('%s', (subject, event) => {
    expect(readEvent(subject, bytes({ server }))).toEqual(event);
  });
});

describe('whatever comes', () => {
  const readers = [
    readEnvelope,
    readUpdateAnswer,
    readLoadedAnswer,
    readAccountNames,
    readStatsz,
    (payload: Uint8Array) => readEvent('$SYS.SERVER.N.STATSZ', payload),
  ];

  test('no bytes make a reader throw', () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.json().map(bytes),
      fc
        .record({ server: fc.anything(), data: fc.anything(), error: fc.anything(), statsz: fc.anything() })
        .map((value) => {
          try {
            return bytes(value);
          } catch {
            return bytes('');
          }
        }),
      fc.constantFrom('', '{', 'null', '[]', '{"server":null}', '['.repeat(50_000)).map(bytes),
    );
    fc.assert(
      fc.property(payload, (bytes) => {
        for (const read of readers) read(bytes);
      }),
      { numRuns: 300 },
    );
  });
});
