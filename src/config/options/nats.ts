import { duration, integer, list, path, secret, text, toggle } from '../kinds.js';
import { defaulted, optional } from '../option.js';
import { readNatsServer } from '../web-address.js';

/** How changed accounts reach the nats-servers. */
export const NATS_OPTIONS = {
  servers: defaulted(list('URL', readNatsServer), [], {
    description:
      'The nats-servers that are told of changed accounts; one address of a cluster is enough. None: nobody is told, servers see a change when they ask next.',
    flag: 'nats',
    goFlags: ['nats'],
    goKeys: ['nats.servers'],
  }),
  creds: optional(path('FILE'), {
    description: 'The creds file of a user of the system account.',
    flag: 'creds',
    goFlags: ['creds'],
    goKeys: ['nats.usercredentials'],
    rivals: { group: 'nats identity', side: 'creds' },
  }),
  user: optional(text('NAME'), {
    description: 'The user name to connect with, where the nats-servers use passwords.',
    flag: 'nats-user',
    rivals: { group: 'nats identity', side: 'user' },
  }),
  password: optional(secret, {
    description: 'The password that belongs to the user name.',
    flag: 'nats-password',
    rivals: { group: 'nats identity', side: 'user' },
  }),
  token: optional(secret, {
    description: 'The token to connect with.',
    flag: 'nats-token',
    rivals: { group: 'nats identity', side: 'token' },
  }),
  nkey: optional(path('FILE'), {
    description: 'A file with the seed of the user nkey to connect with.',
    flag: 'nats-nkey',
    rivals: { group: 'nats identity', side: 'nkey' },
  }),
  tls: {
    ca: optional(path('FILE'), {
      description: 'The authorities (PEM) that may have signed the certificates of the nats-servers.',
      flag: 'nats-tls-ca',
      goKeys: ['nats.tls.root'],
    }),
    cert: optional(path('FILE'), {
      description: 'The certificate (PEM) to show to the nats-servers.',
      flag: 'nats-tls-cert',
      goKeys: ['nats.tls.cert'],
    }),
    key: optional(path('FILE'), {
      description: 'The private key of that certificate (PEM).',
      flag: 'nats-tls-key',
      goKeys: ['nats.tls.key'],
    }),
  },
  connectTimeoutMs: defaulted(duration(100), 5000, {
    description:
      'One attempt to connect is given up after this time; there are as many attempts as it takes.',
    flag: 'nats-connect-timeout',
    goKeys: ['nats.connecttimeout'],
  }),
  reconnectWaitMs: defaulted(duration(10), 1000, {
    description: 'The pause between two attempts to connect.',
    flag: 'nats-reconnect-wait',
    goKeys: ['nats.reconnectwait'],
  }),
  pace: defaulted(integer('COUNT', { min: 1, max: 100_000 }), 100, {
    description: 'The most account updates that are sent in a second.',
    flag: 'nats-pace',
  }),
  resolverPeer: optional(toggle, {
    description:
      'Answer over NATS like a nats-server with a full resolver: `nsc push`, `nsc pull -A` and `nats auth account` work with a `nats://` address, servers with a full or cache resolver find the accounts, and account JWTs that others send to the servers are taken in. By default as far as the permissions of the NATS user go; with `--resolver-peer` missing permissions are a warning, `--no-resolver-peer` switches all of it off.',
    flag: 'resolver-peer',
  }),
} as const;
