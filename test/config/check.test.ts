import { describe, expect, test } from 'vitest';
import { type Choices, Place } from './configuration.js';

test('all mistakes of all sources are reported together, each with its place', () => {
  const place = new Place();
  const problems = place.problems({
    flags: { listen: 'here', 'nats-pace': '0', dir: place.path('jwt') },
    env: { NATS_ACCOUNT_SERVER_SWEEP: 'often', NATS_ACCOUNT_SERVER_LISTN: 'x' },
    file: 'http { lisen: 1\n tls.cert: none.pem }\nstore.memory: maybe\nlogging.level: loud\nnats: yes',
  });
  expect(problems).toEqual([
    'as.conf:1:8 http.lisen: is not known; did you mean http.listen?',
    'as.conf:5:1 nats: is a group of options and needs a block: nats { … }',
    'NATS_ACCOUNT_SERVER_LISTN: is not known; did you mean NATS_ACCOUNT_SERVER_LISTEN?',
    'as.conf:3:1 store.memory: "maybe" is neither true nor false',
    'as.conf:4:1 logging.level: "loud" is none of error, warn, info, debug, trace',
    'NATS_ACCOUNT_SERVER_SWEEP: "often" is no duration such as 500ms, 2s, 1m30s or 1h',
    '--listen: "here" is not host:port, such as localhost:9090 or 0.0.0.0:9090',
    '--nats-pace: 0 is not between 1 and 100000',
    '--dir: needs the operator JWT, so that accounts can be trusted: --operator FILE',
    'as.conf:2:2 http.tls.cert: needs http.tls.key as well',
    `as.conf:2:2 http.tls.cert: ${process.cwd()}/none.pem: there is no such file or directory`,
  ]);
});

describe('rules between options', () => {
  const place = new Place();
  const operator = place.path('op.jwt');
  const jwt = place.path('jwt');
  const nsc = place.nsc;
  const cases: [string, Choices, string[]][] = [
    [
      'no store',
      {},
      [
        'no store is named: use --nsc DIR (an nsc operator directory), --dir DIR with --operator FILE (files <account key>.jwt) or --memory with --operator FILE, or try it out with: nats-account-server demo',
      ],
    ],
    ['two stores', { flags: { nsc, dir: jwt } }, ['--dir: cannot be used together with --nsc']],
    ['a store switched off is none', { flags: { nsc, memory: 'false' } }, []],
    [
      'memory without operator',
      { flags: { memory: 'true' } },
      ['--memory: needs the operator JWT, so that accounts can be trusted: --operator FILE'],
    ],
    ['an operator other than the one in the nsc directory', { flags: { nsc, operator } }, []],
    [
      'read-only memory',
      { flags: { memory: 'true', operator, 'read-only': 'true' } },
      ['--read-only: a read-only memory store would stay empty for ever'],
    ],
    ['key without cert', { flags: { nsc, 'tls-key': operator } }, ['--tls-key: needs http.tls.cert as well']],
    [
      'client authority without cert',
      { flags: { nsc, 'tls-client-ca': operator } },
      ['--tls-client-ca: needs http.tls.cert as well'],
    ],
    [
      'user without password',
      { flags: { nsc }, env: { NATS_ACCOUNT_SERVER_PUSH_USER: 'bob' } },
      ['NATS_ACCOUNT_SERVER_PUSH_USER: needs http.push.password as well'],
    ],
    [
      'an unreadable password is not missing too',
      { flags: { nsc, 'push-user': 'bob', 'push-password-file': place.path('none') } },
      ['--push-password-file: cannot read none: there is no such file or directory'],
    ],
    [
      'two push rights',
      { flags: { nsc }, file: 'http.push { user: a, password: b, token: c }' },
      ['as.conf:1:35 http.push.token: cannot be used together with as.conf:1:13 http.push.user'],
    ],
    [
      'two identities',
      {
        flags: { nsc, nats: 'x', creds: place.path('sys.creds'), 'nats-user': 'u' },
        env: { NATS_ACCOUNT_SERVER_NATS_PASSWORD: 'p' },
      },
      ['--nats-user: cannot be used together with --creds', '--nats-user: needs nats.password as well'],
    ],
    [
      'a missing config file',
      { file: 'include "none.conf"' },
      ['as.conf:1:1: cannot read none.conf: there is no such file or directory'],
    ],
  ];

  test.each(cases)('%s', (_name, choices, problems) => {
    expect(place.problems(choices)).toEqual(problems);
  });

  test.each([
    ['store.dir', 'jwt', 'jwt', true],
    ['store.dir', 'jwt', 'jwt/state', true],
    ['store.nsc', 'acme', 'acme/accounts/A', true],
    ['store.dir', 'jwt', 'jwt-state', false],
    ['store.dir', 'jwt', 'state', false],
    ['store.dir', 'jwt', '..state', false],
  ])('%s %s with the state directory %s: refused %s', (store, dir, state, refused) => {
    const flag = store === 'store.dir' ? 'dir' : 'nsc';
    const operator = place.path('op.jwt');
    const flags = { [flag]: place.path(dir), operator, 'state-dir': place.path(state) };
    const line = `--state-dir: ${state} lies in the store ${dir}; a checkout or backup of the store would take it back in time`;
    expect(place.problems({ flags })).toEqual(refused ? [line] : []);
  });

  test('what is allowed but hardly meant is said', () => {
    const notices = place.notices({
      flags: { nsc, shard: 'true', creds: place.path('sys.creds'), listen: '0.0.0.0:1' },
      env: {
        NATS_ACCOUNT_SERVER_PUSH_TOKEN: 't',
        NATS_ACCOUNT_SERVER_ADMIN_TOKEN: 't',
        NATS_ACCOUNT_SERVER_BENCHMARKS: 'x',
      },
    });
    expect(notices).toEqual([
      'the environment variable NATS_ACCOUNT_SERVER_BENCHMARKS is not known, so it has no effect',
      'store.shard has no effect without store.dir',
      'nats.creds is set but no nats.servers: nobody is told of changed accounts',
      'whoever may push sends the secret in clear over the network: use http.tls.cert and http.tls.key, or a TLS proxy in front',
      'the admin token is sent in clear over the network: use http.tls.cert and http.tls.key, or a TLS proxy in front',
    ]);
  });

  test('what Kubernetes puts into the environment for a service of this name is not ours', () => {
    const env = {
      NATS_ACCOUNT_SERVER_PORT: 'tcp://10.0.0.1:9090',
      NATS_ACCOUNT_SERVER_SERVICE_HOST: '10.0.0.1',
      NATS_ACCOUNT_SERVER_SERVICE_PORT: '9090',
      NATS_ACCOUNT_SERVER_SERVICE_PORT_HTTP: '9090',
      NATS_ACCOUNT_SERVER_PORT_9090_TCP: 'tcp://10.0.0.1:9090',
      NATS_ACCOUNT_SERVER_PORT_9090_TCP_ADDR: '10.0.0.1',
    };
    const loaded = place.load({ flags: { nsc }, env });
    expect(loaded).toMatchObject({ ok: true, notices: [], config: { http: { port: 9090 } } });
  });
});
