import { duration, host, integer, list, path, secret, text } from '../kinds.js';
import { defaulted, optional } from '../option.js';
import { readOrigin } from '../web-address.js';

/** The HTTP side: where it listens, TLS, who may push, what pages may read. */
export const HTTP_OPTIONS = {
  host: defaulted(host, 'localhost', {
    description:
      'The name or address to listen on; `0.0.0.0` is every IPv4 address, and `:9090` with `http.listen` every address there is.',
    goKeys: ['http.host'],
  }),
  port: defaulted(integer('PORT', { min: 0, max: 65_535 }), 9090, {
    description: 'The port to listen on; 0 takes any free one.',
    goKeys: ['http.port'],
  }),
  tls: {
    cert: optional(path('FILE'), {
      description: 'Serve https with this certificate chain (PEM).',
      flag: 'tls-cert',
      goKeys: ['http.tls.cert'],
    }),
    key: optional(path('FILE'), {
      description: 'The private key of the certificate (PEM).',
      flag: 'tls-key',
      goKeys: ['http.tls.key'],
    }),
    clientCa: optional(path('FILE'), {
      description:
        'Pushes need a client certificate that one of these authorities (PEM) signed, or the push rights below. Reading stays open to all.',
      flag: 'tls-client-ca',
    }),
  },
  push: {
    user: optional(text('NAME'), {
      description:
        'Pushes need this user name and the password (HTTP basic). nsc sends both when its account server URL is `http://user:password@host:port/jwt/v1`.',
      flag: 'push-user',
      rivals: { group: 'push', side: 'user' },
    }),
    password: optional(secret, {
      description: 'The password that belongs to the user name.',
      flag: 'push-password',
      rivals: { group: 'push', side: 'user' },
    }),
    token: optional(secret, {
      description: 'Pushes need this token (`Authorization: Bearer …`).',
      flag: 'push-token',
      rivals: { group: 'push', side: 'token' },
    }),
  },
  adminToken: optional(secret, {
    description:
      'Reading the API (`/api/v1`) needs this token (`Authorization: Bearer …`). Without one it answers only programs on this machine, and only when it listens on localhost; set one when a proxy on this machine leads here.',
    flag: 'admin-token',
  }),
  corsOrigins: defaulted(list('ORIGIN', readOrigin), [], {
    description:
      'Web pages of these origins (`https://host:port`, or `*`) may read accounts. Account JWTs tell who talks to whom, so by default none may.',
    flag: 'cors-origin',
  }),
  maxPack: defaulted(integer('COUNT', { min: -1, max: 1_000_000_000 }), 10_000, {
    description: 'The most accounts that one pack (`/jwt/v1/pack`, `nsc pull -A`) holds; -1: no limit.',
    flag: 'max-pack',
    goKeys: ['maxreplicationpack'],
  }),
  pushesPerAddress: defaulted(integer('COUNT', { min: 0, max: 100_000 }), 64, {
    description:
      'The most pushes of one remote address that are under way at a time; further ones are answered 429. 0: any number. Behind a proxy all pushes have the address of the proxy. Reading is never limited.',
    flag: 'pushes-per-address',
  }),
  readTimeoutMs: defaulted(duration(100), 10_000, {
    description: 'A request has to be complete within this time.',
    flag: 'read-timeout',
    goKeys: ['http.readtimeout'],
  }),
} as const;
