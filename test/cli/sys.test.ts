import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.js';
import { jsonLine, textLine } from '../../src/cli/sys/event-lines.js';
import { showBytes, showSpan } from '../../src/cli/sys/quantities.js';
import type { ClientEvent } from '../../src/nats/system/client-events.js';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { tempDir } from '../support/temp.js';
import { run } from './command-line.js';

const parsed = (...args: string[]) => parseArgs(['sys', ...args], '1');

describe('the command line', () => {
  const asked = { json: false, timeoutMs: 2_000 };

  test.each([
    [['ping'], { kind: 'ping', ...asked }],
    [['info', '--json'], { kind: 'info', json: true, timeoutMs: 2_000 }],
    [['user-info', '--timeout', '500ms'], { kind: 'user-info', json: false, timeoutMs: 500 }],
    [['stats', 'n1'], { kind: 'stats', server: 'n1', ...asked }],
    [['reload', 'n1'], { kind: 'reload', server: 'n1', json: false, timeoutMs: 5_000 }],
    [
      ['profile', 'n1', '--name', 'cpu', '--duration', '1s', '--output', 'f'],
      { kind: 'profile', server: 'n1', profile: 'cpu', durationMs: 1_000, output: 'f', timeoutMs: 5_000 },
    ],
    [['events'], { kind: 'events', kinds: ['connect', 'disconnect', 'auth-error'], ...asked }],
    [
      ['events', '--kind', 'auth-error, connect', '--account', 'A'],
      { kind: 'events', kinds: ['connect', 'auth-error'], account: 'A', ...asked },
    ],
  ])('%j', (args, request) => {
    expect(parsed(...args)).toMatchObject({ invocation: { command: { name: 'sys', request } } });
  });

  test('options of the configuration go with it', () => {
    expect(parsed('ping', '--user', 'a/b/c', '--nats', 'n')).toMatchObject({
      invocation: {
        flags: [
          { flag: 'user', value: 'a/b/c' },
          { flag: 'nats', value: 'n' },
        ],
      },
    });
  });

  test.each([
    [[], 'sys needs a request: ping, info, stats, profile, reload, user-info, events'],
    [['pnig'], "sys has no request 'pnig'; did you mean ping?"],
    [['whatever'], "sys has no request 'whatever'; there are ping, info, "],
    [['ping', 'n1'], "too many arguments for 'ping'"],
    [['stats'], "missing required argument 'ID'"],
    [['profile', 'n1'], "required option '--name <PROFILE>' not specified"],
    [['profile', 'n1', '--name', 'hip'], 'Allowed choices are heap, allocs, '],
    [['profile', 'n1', '--name', 'cpu', '--duration', '16s'], '--duration: 16s is not between 1ms and 15s'],
    [['ping', '--timeout', 'soon'], '--timeout: "soon" is no duration'],
    [['ping', '--timeout', '2h'], '--timeout: 2h is not between 10ms and 60s'],
    [['events', '--kind', 'connect,reload'], "--kind: 'reload' is none of connect, disconnect, auth-error"],
    [['events', '--account', 'A.*'], '--account needs the key of an account'],
  ])('%j makes no sense', async (args, message) => {
    const { code, stdout, stderr } = await run(['sys', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('a profile is not written to a terminal', async () => {
    const args = ['sys', 'profile', 'n1', '--name', 'heap'];
    const { code, stderr } = await run(args, { terminal: true });
    expect(code).toBe(2);
    expect(stderr).toContain('--output FILE');
  });

  test('every request has a help page', async () => {
    const { stdout } = await run(['sys', '--help']);
    expect(stdout).toContain('Usage: nats-account-server sys <request>');
    for (const request of ['ping', 'info', 'stats', 'profile', 'reload', 'user-info', 'events']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${request}\\b`, 'm'));
      const help = await run(['sys', request, '--help']);
      expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining(`sys ${request} `) });
    }
  });
});

describe('no connection is one line and exit code 1:', () => {
  const account = mintAccount(mintOperator());
  const creds = (text: string): string => {
    const file = join(tempDir(), 'a.creds');
    writeFileSync(file, text);
    return file;
  };

  test.each([
    ['nobody listens', () => ['--nats', 'localhost:1'], 'no connection to localhost:1: connection refused'],
    [
      'no creds file',
      () => ['--creds', '/nowhere/a.creds'],
      '--creds: /nowhere/a.creds: there is no such file or directory',
    ],
    ['a creds file without creds', () => ['--creds', creds('x')], 'holds no user JWT'],
    [
      'an account seed in it',
      () => ['--creds', creds(mintCreds(account).replace(/SU[A-Z0-9]{56}/, 'SU'))],
      'cannot be used',
    ],
    ['no such user of nsc', () => ['--user', 'acme/SYS/nobody'], 'no creds of acme/SYS/nobody were found'],
    ['no user', () => ['--user', '../../sys'], '".." is no name'],
    ['no address', () => ['--nats', 'http://x'], 'is no nats-server address'],
    ['half an identity', () => ['--nats-user', 'joe'], 'needs nats.password as well'],
  ])('%s', async (_, flags, message) => {
    const { code, stdout, stderr } = await run(['sys', 'ping', ...flags()]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(stderr.match(/\n/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/SU[A-Z0-9]{20}|eyJ/);
  });

  test('the environment counts', async () => {
    const { stderr } = await run(['sys', 'ping'], { env: { NATS_ACCOUNT_SERVER_NATS: 'localhost:1' } });
    expect(stderr).toContain('localhost:1');
  });
});

describe('lines of events', () => {
  const event: ClientEvent = {
    time: '2026-11-22T03:53:10.8780063Z',
    kind: 'disconnect',
    server: { id: 'NX', name: 'n1', host: 'h', cluster: '', version: '2.15.1' },
    account: 'AKEY',
    accountName: 'app',
    user: 'UKEY',
    userName: 'alice',
    host: '127.0.0.1',
    connection: 7,
    clientName: 'orders',
    clientKind: 'Client',
    reason: 'Client Closed',
  };

  test('for people', () => {
    expect(textLine(event)).toBe(
      '2026-11-22T03:53:10.878Z disconnect account app (AKEY), user alice (UKEY), from 127.0.0.1, server n1, client "orders": Client Closed',
    );
    const bare = {
      ...event,
      accountName: '',
      userName: '',
      user: '',
      host: '',
      clientName: '',
      reason: '',
      time: '?',
    };
    expect(textLine({ ...bare, kind: 'connect' })).toBe(
      '? connect    account AKEY, user unknown, from unknown, server n1',
    );
  });

  test('for programs', () => {
    const { server, ...rest } = event;
    expect(JSON.parse(jsonLine(event))).toEqual({ ...rest, server: { id: 'NX', name: 'n1' } });
    expect(server.version).toBe('2.15.1');
    expect(JSON.parse(jsonLine({ ...event, connection: undefined }))).toMatchObject({ connection: null });
  });

  test('what strangers chose neither acts on a terminal nor looks like another line', () => {
    const hostile = {
      ...event,
      accountName: '\u001b[2Jx',
      clientName: 'a\nb',
      reason: '\u202e',
      userName: '\u009b1m',
    };
    for (const line of [textLine(hostile), jsonLine(hostile)])
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(textLine(hostile)).toContain('\\u001b[2Jx');
  });

  test('a secret that went astray is masked', () => {
    const seed = `SU${'A'.repeat(56)}`;
    const astray = { ...event, clientName: seed, user: 'nats://joe:geheim@host' };
    for (const line of [textLine(astray), jsonLine(astray)]) {
      expect(line).not.toContain(seed);
      expect(line).not.toContain('geheim');
    }
  });
});

test.each([
  [0, '0s'],
  [59_999, '59s'],
  [60_000, '1m 0s'],
  [3_725_000, '1h 2m'],
  [273_600_000, '3d 4h'],
])('%i ms is %s', (ms, text) => {
  expect(showSpan(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [16_936_960, '16.2 MiB'],
  [2 ** 50, '1024.0 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(showBytes(bytes)).toBe(text);
});
