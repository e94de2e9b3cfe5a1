import { activation, type Parties } from './account-parties.js';
import { type Body, OPEN_LIMITS } from './mint.js';

/** Part of the `nats` body of an account, or what stands beside it. */
export interface AccountPart {
  readonly name: string;
  nats?(parties: Parties, accountKey: string): Body;
  claims?(parties: Parties): Body;
}

/** Parts that are as they should be, in any combination. */
export const PLAIN_PARTS: readonly AccountPart[] = [
  {
    name: 'exports',
    nats: () => ({
      exports: [
        { name: 'orders', subject: 'orders.>', type: 'stream', advertise: true },
        {
          subject: 'quote.*',
          type: 'service',
          response_type: 'Stream',
          account_token_position: 2,
          service_latency: { sampling: 'headers', results: 'latency.quote' },
        },
        { subject: 'bill', type: 'service', response_threshold: 2_000_000_000, allow_trace: true },
      ],
    }),
  },
  {
    name: 'imports',
    nats: (parties, accountKey) => ({
      imports: [
        { subject: 'free.a.*', account: parties.exporter.key, type: 'stream', local_subject: 'in.$1' },
        { subject: 'free.b', account: parties.exporter.key, type: 'service', share: true, to: 'b' },
        {
          subject: 'svc.c',
          account: parties.exporter.key,
          type: 'service',
          token: activation(parties, accountKey),
        },
      ],
    }),
  },
  {
    name: 'signing keys',
    nats: ({ accountKeys: [plain, scoped] }) => ({
      signing_keys: [
        plain,
        { kind: 'user_scope', key: scoped, role: 'reader', template: { pub: { deny: ['>'] }, subs: 5 } },
      ],
    }),
  },
  { name: 'revocations', nats: ({ userKey }) => ({ revocations: { [userKey]: 1_700_000_000, '*': 5 } }) },
  {
    name: 'mappings',
    nats: () => ({
      mappings: {
        'old.*': [
          { subject: 'new.$1', weight: 60 },
          { subject: 'newer.$1', weight: 40 },
        ],
        'a.b': [
          { subject: 'c.d', cluster: 'east' },
          { subject: 'e.f', cluster: 'west' },
        ],
      },
    }),
  },
  {
    name: 'permissions',
    nats: () => ({
      default_permissions: {
        pub: { allow: ['a.>', '_INBOX.>'], deny: ['a.secret'] },
        sub: { allow: ['b.* workers'] },
        resp: { max: 1, ttl: 5_000_000_000 },
      },
    }),
  },
  {
    name: 'authorization',
    nats: ({ userKey, accountKeys, curveKey }) => ({
      authorization: { auth_users: [userKey], allowed_accounts: [accountKeys[0]], xkey: curveKey },
    }),
  },
  { name: 'trace', nats: () => ({ trace: { dest: 'trace.out', sampling: 30 }, cluster_traffic: 'owner' }) },
  { name: 'info', nats: () => ({ description: 'Zoë’s 注文 🧾', info_url: 'https://example.test/a b?%zz' }) },
  { name: 'JetStream', nats: () => ({ limits: { ...OPEN_LIMITS, mem_storage: -1, disk_storage: 1024 } }) },
  {
    name: 'tiers',
    nats: () => ({
      limits: { ...OPEN_LIMITS, tiered_limits: { R1: { disk_storage: 1 }, odd: { streams: -7 } } },
    }),
  },
  { name: 'tags', nats: () => ({ tags: ['a', ''] }), claims: () => ({ aud: 'NATS', name: '名前', jti: '' }) },
  { name: 'times', claims: () => ({ nbf: 1, exp: 3_000_000_000 }) },
];
