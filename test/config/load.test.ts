import { homedir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../src/config/describe.js';
import { Place } from './configuration.js';

describe('precedence', () => {
  test('defaults < file < environment < flags', () => {
    const place = new Place();
    const base = { nsc: place.nsc };
    const file = 'nats.pace: 1';
    const env = { NATS_ACCOUNT_SERVER_NATS_PACE: '2' };
    expect(place.config({ flags: base }).nats.pace).toBe(100);
    expect(place.config({ flags: base, file }).nats.pace).toBe(1);
    expect(place.config({ flags: base, file, env }).nats.pace).toBe(2);
    expect(place.config({ flags: { ...base, 'nats-pace': '3' }, file, env }).nats.pace).toBe(3);
  });

  test('an empty environment variable is none, and a switch can be switched off', () => {
    const place = new Place();
    const config = place.config({
      flags: { nsc: place.nsc, 'read-only': 'false' },
      env: { NATS_ACCOUNT_SERVER_READ_ONLY: 'yes', NATS_ACCOUNT_SERVER_NATS: '' },
    });
    expect(config.store.readOnly).toBe(false);
    expect(config.nats.servers).toEqual([]);
  });

  test('a store named on the command line puts that of the file aside, creds put a user name aside', () => {
    const place = new Place();
    const file = `store { dir: ${place.path('jwt')} }\nnats { servers: x, user: u, password: p }`;
    const config = place.config({ flags: { nsc: place.nsc, creds: place.path('sys.creds') }, file });
    expect(config.store).toMatchObject({ nsc: place.nsc, dir: undefined });
    expect(config.nats).toMatchObject({
      creds: place.path('sys.creds'),
      user: undefined,
      password: undefined,
    });
  });

  test('host and port can come from different places', () => {
    const place = new Place();
    const file = 'http { host: 0.0.0.0, port: "8080" }';
    expect(place.config({ flags: { nsc: place.nsc }, file }).http).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
    });
    const listening = place.config({ flags: { nsc: place.nsc, listen: '[::1]:0' }, file });
    expect(listening.http).toMatchObject({ host: '::1', port: 0 });
    expect(place.config({ flags: { nsc: place.nsc, listen: ':80' } }).http).toMatchObject({
      host: '',
      port: 80,
    });
  });

  test('the louder of several log switches counts', () => {
    const place = new Place();
    const level = (file: string, flags = {}) =>
      place.config({ flags: { nsc: place.nsc, ...flags }, file }).logging.level;
    expect(level('logging { debug: true, trace: true }')).toBe('trace');
    expect(level('logging { trace: true, debug: true }')).toBe('trace');
    expect(level('logging { debug: false, trace: false }')).toBe('info');
    expect(level('logging { trace: true }', { 'log-level': 'warn' })).toBe('warn');
  });
});

describe('a configuration of the Go server', () => {
  const goFile = (place: Place): string => `
    Logging: { Time: true, Debug: true, Trace: false, Colors: false, PID: "true" }
    HTTP { Host: "0.0.0.0", Port: "9091", ReadTimeout: 3000, WriteTimeout: 3000
      TLS { Cert: "${place.path('cert.pem')}", Key: "${place.path('key.pem')}", Root: "" } }
    NATS {
      Servers: ["nats://a:4222", "nats://b:4222"]
      ConnectTimeout: "2000", ReconnectWait: 500, MaxReconnects: -1
      TLS: { Root: "${place.path('ca.pem')}" }
      UserCredentials: "${place.path('sys.creds')}"
    }
    Store { Dir: "${place.path('jwt')}", Shard: true, CleanupInterval: 10, NSC: "", ReadOnly: false }
    OperatorJWTPath: "${place.path('op.jwt')}"
    SystemAccountJWTPath: "${place.path('sys.jwt')}"
    SignRequestSubject: "", SignRequestTimeout: 1000
    Primary: "", ReplicationTimeout: 5000, MaxReplicationPack: 20
  `;

  test('is read as it is', () => {
    const place = new Place();
    const config = place.config({ file: goFile(place) });
    expect(config).toMatchObject({
      operator: place.path('op.jwt'),
      systemAccount: place.path('sys.jwt'),
      store: { nsc: undefined, dir: place.path('jwt'), shard: true, readOnly: false },
      http: {
        host: '0.0.0.0',
        port: 9091,
        readTimeoutMs: 3000,
        maxPack: 20,
        tls: { cert: place.path('cert.pem'), key: place.path('key.pem') },
      },
      nats: {
        servers: ['nats://a:4222', 'nats://b:4222'],
        connectTimeoutMs: 2000,
        reconnectWaitMs: 500,
        tls: { ca: place.path('ca.pem') },
        creds: place.path('sys.creds'),
      },
      logging: { level: 'debug', colors: false, pid: true },
    });
  });

  test('nothing is dropped in silence', () => {
    const place = new Place();
    const without = place.notices({ file: goFile(place) });
    expect(without.map((notice) => notice.replace(/^as\.conf:\d+:\d+ /, ''))).toEqual([
      'HTTP.WriteTimeout: has no effect: answers stand ready in memory',
      'Store.CleanupInterval: has no effect: expired account JWTs are kept, and answered as expired',
      'SignRequestTimeout: has no effect: there is no signing service',
      'ReplicationTimeout: has no effect: there is no primary to copy from',
    ]);
  });

  test('a primary is refused, in the file and as flag', () => {
    const place = new Place();
    const unsupported =
      'running as a replica of another account server is not supported yet; serve the same store instead';
    expect(place.problems({ flags: { nsc: place.nsc }, file: 'primary: "http://x"' })).toEqual([
      `as.conf:1:1 primary: ${unsupported}`,
    ]);
    expect(place.problems({ flags: { nsc: place.nsc, primary: 'http://x' } })).toEqual([
      `--primary: ${unsupported}`,
    ]);
  });
});

describe('values', () => {
  const place = new Place();
  const read = (file: string) => place.config({ flags: { nsc: place.nsc }, file });

  test.each([
    ['1500', 1500],
    ['"1500"', 1500],
    ['1500ms', 1500],
    ['2s', 2000],
    ['"1m30s"', 90_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
  ])('the duration %s is %i ms', (text, ms) => {
    expect(read(`nats.connect_timeout: ${text}`).nats.connectTimeoutMs).toBe(ms);
  });

  test.each([
    ['20', 20],
    ['10k', 10_000],
    ['4KiB', 4096],
    ['2Mb', 2_097_152],
    ['-1', -1],
  ])('the count %s is %i', (text, count) => {
    expect(read(`http.max_pack: ${text}`).http.maxPack).toBe(count);
  });

  test('spelling of keys: case, underscores and hyphens do not matter', () => {
    for (const key of [
      'store.sweep_interval',
      'store.sweepInterval',
      'STORE.SWEEPINTERVAL',
      'store.sweep-interval',
    ])
      expect(read(`${key}: 1s`).store.sweepIntervalMs).toBe(1000);
  });

  test('lists: repeated flags, commas, blocks of text', () => {
    expect(read('nats.servers: "a, nats://b:1,"').nats.servers).toEqual(['a', 'nats://b:1']);
    expect(read('http.cors_origins: [ https://A.example, "*" ]').http.corsOrigins).toEqual([
      'https://a.example',
      '*',
    ]);
  });

  test('paths: the home directory and relative ones become absolute', () => {
    const loaded = place.load({ flags: { nsc: '~/none', operator: 'op.jwt' } });
    expect(loaded.ok || loaded.problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining(join(process.cwd(), 'op.jwt')),
      expect.stringContaining(join(homedir(), 'none')),
    ]);
  });
});

describe('secrets', () => {
  test('come from the environment, a file, or a file that the environment names; never from a flag', () => {
    const place = new Place();
    place.write('token', 's3cret\n');
    const token = (choices: { env?: NodeJS.ProcessEnv; flags?: Record<string, string> }) =>
      place.config({ ...choices, flags: { nsc: place.nsc, ...choices.flags } }).http.push.token?.reveal();
    expect(token({ env: { NATS_ACCOUNT_SERVER_PUSH_TOKEN: 's3cret' } })).toBe('s3cret');
    expect(token({ env: { NATS_ACCOUNT_SERVER_PUSH_TOKEN_FILE: place.path('token') } })).toBe('s3cret');
    expect(token({ flags: { 'push-token-file': place.path('token') } })).toBe('s3cret');
    expect(token({ flags: { 'push-token': 's3cret' } })).toBeUndefined();
  });

  test('never show themselves', () => {
    const place = new Place();
    const config = place.config({
      flags: { nsc: place.nsc },
      file: 'http.push { user: bob, password: s3cret }\nnats { servers: [nats://u:s3cret@h, s3cret@h:1], token: s3cret }',
    });
    const shown = [inspect(config.http, { depth: 9 }), JSON.stringify(config.http), `${config.nats.token}`];
    expect(shown.join()).not.toContain('s3cret');
    expect(describeConfig(config)).toMatchObject({
      http: { push: { user: 'bob', password: '[hidden]' } },
      nats: { servers: ['nats://[hidden]@h', '[hidden]@h:1'], token: '[hidden]', connect_timeout: '5s' },
    });
  });

  test('are not quoted in problems', () => {
    const place = new Place();
    const problems = place.problems({
      flags: { nsc: place.nsc },
      file: 'nats { servers: [ftp://u:s3cret@h] }\nhttp.push.password: [s3cret]',
    });
    expect(problems).toEqual([
      'as.conf:2:1 http.push.password: takes one value, not this list',
      'as.conf:1:8 nats.servers: "ftp://[hidden]@h" is no nats-server address such as nats://localhost:4222 (in a password write , as %2C and / as %2F)',
    ]);
  });

  test.each([
    'p@s3cret',
    'p@s3cret/x',
    '1234?s3cret',
    '1234#s3cret',
    '@s3cret',
    ':s3cret',
    's3 cret',
    's3/cret',
    '?s3#cret',
    's3,cret',
    's3\ncret',
  ])('in addresses are hidden whatever they hold: %s', (password) => {
    const place = new Place();
    const flags = { nsc: place.nsc, nats: `nats://u:${password}@localhost:4222` };
    const loaded = place.load({ flags });
    const shown = loaded.ok
      ? JSON.stringify(describeConfig(loaded.config).nats)
      : place.problems({ flags }).join();
    expect(shown).not.toMatch(/s3|cret/);
    expect(shown).toContain('[hidden]');
  });

  test('a port that is none is not taken for a password without a word', () => {
    const place = new Place();
    expect(place.problems({ flags: { nsc: place.nsc, nats: 'localhost:http' } })).toEqual([
      '--nats: "localhost:[hidden]" is no nats-server address such as nats://localhost:4222 (in a password write , as %2C and / as %2F)',
    ]);
  });
});
