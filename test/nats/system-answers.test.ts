import { describe, expect, test } from 'vitest';
import { readClientEvent } from '../../src/nats/system/client-events.js';
import { findServer } from '../../src/nats/system/find-server.js';
import { readCondition } from '../../src/nats/system/roll-call.js';
import { readUserInfo } from '../../src/nats/system/user-info.js';
import { isOlderThan } from '../../src/nats/system/version.js';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';

const payload = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

test.each([
  ['2.9.10', '2.10.0', true],
  ['2.10.0', '2.10.0', false],
  ['2.10.0-RC.1', '2.10.0', false],
  ['2.10.27', '2.10.28', true],
  ['v2.9.0', '2.10.0', true],
  ['3.0.0', '2.10.0', false],
  ['2.11.0', '2.10.28', false],
  ['', '2.10.0', false],
  ['dev', '2.10.0', false],
])('%s older than %s: %s', (version, release, older) => {
  expect(isOlderThan(version, release)).toBe(older);
});

describe('a server is named by', () => {
  const server = (id: string, name: string) => ({ id, name, host: '', cluster: '', version: '' });
  const servers = [
    server('NAAA', 'east-1'),
    server('NAAB', 'east-2'),
    server('NBBB', 'east'),
    server('NCCC', 'NCCC'),
  ];
  const idOf = (text: string) => {
    const found = findServer(text, servers);
    return found.kind === 'one'
      ? found.server.id
      : found.kind === 'several'
        ? found.servers.map(({ id }) => id)
        : undefined;
  };

  test.each([
    ['its id', 'NAAB', 'NAAB'],
    ['its name', 'east-1', 'NAAA'],
    ['its name, though others begin so', 'east', 'NBBB'],
    ['the beginning of its id, in any case', 'nb', 'NBBB'],
    ['the only name that begins so', 'NC', 'NCCC'],
    ['nothing that fits several', 'east-', ['NAAA', 'NAAB']],
    ['nothing at all', '', undefined],
    ['nobody', 'west', undefined],
  ])('%s', (_, text, expected) => {
    expect(idOf(text)).toEqual(expected);
  });

  test('a name that two servers share', () => {
    const twins = [server('NAAA', 'same'), server('NAAB', 'same')];
    expect(findServer('same', twins)).toEqual({ kind: 'several', servers: twins });
  });
});

describe('how a server does', () => {
  const id = 'NDLFYN2WKBS5EOHIFUJJ25HO52WTAXEW464VNAQBCTAMBBNCNAUDN2RL';

  test('how long it runs is told by its own clock', () => {
    const server = { id, time: '2026-11-22T03:00:10.5Z' };
    const message = { server, statsz: { start: '2026-11-22T03:00:00Z', mem: 5, cpu: 1.5 } };
    expect(readCondition(message)).toMatchObject({ uptimeMs: 10_500, memoryBytes: 5, cpuPercent: 1.5 });
    expect(readCondition({ ...message, server: { id } })?.uptimeMs).toBeUndefined();
  });

  test.each([
    [{}],
    [{ server: { id: 'a b' }, statsz: {} }],
    [{ server: { id } }],
    [{ server: { id }, statsz: null }],
    [{ statsz: {} }],
  ])('%j is no answer', (message) => {
    expect(readCondition(message)).toBeUndefined();
  });

  test('what is no number is not said', () => {
    const statsz = { connections: '5', mem: null, cpu: {}, subscriptions: [1], start: 7 };
    expect(readCondition({ server: { id }, statsz })).toMatchObject({
      connections: undefined,
      subscriptions: undefined,
      cpuPercent: undefined,
      memoryBytes: undefined,
      startedAt: undefined,
    });
  });
});

describe('who we are', () => {
  const server = { id: 'NDLFYN2WKBS5EOHIFUJJ25HO52WTAXEW464VNAQBCTAMBBNCNAUDN2RL' };

  test('permissions and expiry, in milliseconds', () => {
    const permissions = {
      publish: { allow: ['a.>'], deny: null },
      subscribe: { deny: ['b', 5] },
      responses: { max: -1, ttl: 120_000_000_000 },
    };
    const data = { user: 'U', account: 'A', permissions, expires: 90_000_000_000 };
    expect(readUserInfo(payload({ server, data }))).toEqual({
      ok: true,
      value: {
        user: 'U',
        userName: '',
        account: 'A',
        accountName: '',
        permissions: {
          publish: { allow: ['a.>'], deny: [] },
          subscribe: { allow: [], deny: ['b'] },
          responses: { max: -1, ttlMs: 120_000 },
        },
        expiresInMs: 90_000,
      },
    });
  });

  test('an error, also beside null data', () => {
    const error = { code: 400, description: 'no' };
    const failure = { kind: 'refused', text: 'no' };
    expect(readUserInfo(payload({ server, error, data: null }))).toEqual({ ok: false, failure });
    expect(readUserInfo(payload('x'))).toBeUndefined();
  });
});

describe('a client event', () => {
  const account = mintAccount(mintOperator(), { name: 'app' });
  const creds = mintCreds(account, 'alice');
  const jwt = creds.split('\n')[1] ?? '';
  const user = (JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { sub: string })
    .sub;
  const server = (ver: string) => ({ id: 'NX', name: 'n1', ver });
  const event = (ver: string, client: object, more: object = {}) =>
    readClientEvent('connect', payload({ server: server(ver), client, timestamp: 'T', ...more }));

  test('tells who and where, and never the JWT', () => {
    const client = {
      acc: account.key,
      user,
      jwt,
      name_tag: 'app',
      host: 'h',
      id: 7,
      kind: 'Client',
      name: 'c',
    };
    const read = event('2.15.1', client, { reason: 'R' });
    expect(read).toEqual({
      time: 'T',
      kind: 'connect',
      server: { id: 'NX', name: 'n1', host: '', cluster: '', version: '2.15.1' },
      account: account.key,
      accountName: 'app',
      user,
      userName: 'alice',
      host: 'h',
      connection: 7,
      clientName: 'c',
      clientKind: 'Client',
      reason: 'R',
    });
    expect(JSON.stringify(read)).not.toContain('eyJ');
  });

  test('of a server before 2.11: the tag is the name of the user, not of the account', () => {
    expect(event('2.10.29', { acc: account.key, user, name_tag: 'alice' })).toMatchObject({
      accountName: '',
    });
    expect(event('2.11.0', { acc: account.key, user, name_tag: 'app' })).toMatchObject({
      accountName: 'app',
    });
  });

  test.each([
    ['2.9.10', ''],
    ['2.10.27', ''],
    ['2.11.0', ''],
    ['2.11.1', ''],
    ['2.10.28', 'geheim'],
    ['2.11.2', 'geheim'],
    ['2.11.10', 'geheim'],
    ['2.15.1', 'geheim'],
  ])('%s: what stands for the user may be the token of the client, and is then not told', (version, told) => {
    expect(event(version, { acc: '$G', user: 'geheim' })).toMatchObject({ user: told });
    expect(event(version, { acc: account.key, user })).toMatchObject({ user });
  });

  test('a refused client is shown with the account that its JWT claims, if that JWT is signed', () => {
    expect(event('2.15.1', { acc: '$G', name_tag: '$G', user, jwt })).toMatchObject({
      account: account.key,
      accountName: '',
      userName: 'alice',
    });
    const forged = `${jwt.slice(0, -8)}AAAAAAAA`;
    expect(event('2.15.1', { acc: '$G', user, jwt: forged })).toMatchObject({ account: '$G', userName: '' });
  });

  test.each([
    ['x'],
    [{}],
    [{ server: server('2.15.1') }],
    [{ client: {} }],
    [{ server: {}, client: {} }],
    [{ server: server('2.15.1'), client: 'x' }],
  ])('%j is none', (message) => {
    expect(readClientEvent('connect', payload(message))).toBeUndefined();
  });
});
