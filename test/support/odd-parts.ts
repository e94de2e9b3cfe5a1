import { activation, type Parties } from './account-parties.js';
import { type Body, OPEN_LIMITS } from './mint.js';
import type { AccountPart } from './plain-parts.js';

const imports = (entry: Body | null): Body => ({ imports: [entry] });
const exports = (...entries: (Body | null)[]): Body => ({ exports: entries });

/** An import with a token of the exporter that fits, except for `entry` and `token`. */
function tokenImport(
  parties: Parties,
  accountKey: string,
  { entry = {}, ...token }: Parameters<typeof activation>[2] & { entry?: Body },
): Body {
  const fitting = { subject: 'svc.a', account: parties.exporter.key, type: 'service' };
  return imports({ ...fitting, token: activation(parties, accountKey, token), ...entry });
}

const importOf = (name: string, entry: Body): AccountPart => ({
  name,
  nats: ({ exporter }) => imports({ subject: 'free.*', account: exporter.key, type: 'stream', ...entry }),
});
const tokenOf = (name: string, token: Parameters<typeof tokenImport>[2]): AccountPart => ({
  name,
  nats: (parties, accountKey) => tokenImport(parties, accountKey, token),
});
const exportOf = (name: string, entry: Body): AccountPart => ({
  name,
  nats: () => exports({ subject: 'x.*', type: 'service', ...entry }),
});
const bodyOf = (name: string, nats: Body): AccountPart => ({ name, nats: () => nats });
const limitsOf = (name: string, limits: Body, more: Body = {}): AccountPart =>
  bodyOf(name, { imports: [], exports: [], ...more, limits });

/** Parts with one thing that is odd, wrong or just allowed; the rule in question comes first. */
export const ODD_PARTS: readonly AccountPart[] = [
  bodyOf('I1: a null import', imports(null)),
  importOf('I4: no type', { type: undefined }),
  importOf('I5: a service with allow_trace', { type: 'service', allow_trace: true }),
  importOf('I6: an account that is no key', { account: 'elsewhere' }),
  importOf('I6: no account', { account: '' }),
  importOf('I7: a deprecated `to` of any text', { to: 'a b..c' }),
  importOf('I8, S2: a subject with a space', { subject: 'free a' }),
  importOf('I9: a reference too far', { local_subject: 'in.$2' }),
  importOf('I9: one reference twice', { subject: 'free.*.*', local_subject: 'in.$1.$1' }),
  importOf('I10: both local subject and `to`', { local_subject: 'in.$1', to: 'in' }),
  importOf('I11: a shared stream', { share: true }),
  importOf('I12: a URL for a token', { token: 'https://example.test/token' }),
  {
    name: 'I13: a token by a key of the exporter that does not name the exporter',
    nats: (parties, accountKey) => tokenImport(parties, accountKey, { signer: parties.exporterSigner }),
  },
  tokenOf('I14: a token for another account', { claims: { sub: 'AAASCEA' } }),
  tokenOf('I15: a token of another kind', { nats: { kind: 'stream' } }),
  tokenOf('I16: a token without a subject', { nats: { subject: '' } }),
  tokenOf('I17: an import outside its token', { entry: { subject: 'other' } }),
  tokenOf('C1: an expired token inside', { claims: { exp: 1_000_000_000 } }),
  {
    name: 'H8: a token by a signing key of the exporter',
    nats: (parties, accountKey) =>
      tokenImport(parties, accountKey, {
        signer: parties.exporterSigner,
        nats: { issuer_account: parties.exporter.key },
      }),
  },
  {
    name: 'I2: two services of one account that overlap',
    nats: ({ exporter }) => ({
      imports: ['free.a', 'free.*'].map((subject) => ({ subject, account: exporter.key, type: 'service' })),
    }),
  },
  {
    name: 'I3: one service from two accounts',
    nats: ({ exporter, accountKeys }) => ({
      imports: [exporter.key, accountKeys[0]].map((account) => ({ subject: 'q', account, type: 'service' })),
    }),
  },
  bodyOf('X1: a null export', exports(null)),
  exportOf('X2: no type', { type: undefined }),
  exportOf('X3: an unknown response type', { response_type: 'Many' }),
  exportOf('X4: a stream with a response type', { type: 'stream', response_type: 'Singleton' }),
  exportOf('X5: a stream with allow_trace', { type: 'stream', allow_trace: true }),
  exportOf('X6: latency of a stream', { type: 'stream', service_latency: { sampling: 1, results: 'r' } }),
  exportOf('X7: sampling of 101', { service_latency: { sampling: 101, results: 'r' } }),
  exportOf('X9: results with a wildcard', { service_latency: { sampling: 1, results: 'r.*' } }),
  exportOf('X10: a negative threshold', { response_threshold: -1 }),
  exportOf('X13: a position without a wildcard', { subject: 'x', account_token_position: 1 }),
  exportOf('X14: a position too far', { account_token_position: 3 }),
  exportOf('X15: a position at another token', { account_token_position: 1 }),
  exportOf('X16, N3: a URL without a host', { info_url: 'mailto:a@b' }),
  bodyOf(
    'X17: an export within another',
    exports({ subject: 'a.b', type: 'stream' }, { subject: 'a.*', type: 'stream' }),
  ),
  bodyOf(
    'X17: a stream within a service',
    exports({ subject: 'a.b', type: 'stream' }, { subject: 'a.*', type: 'service' }),
  ),
  exportOf('S3: a dot in front', { subject: '.x' }),
  exportOf('S4: an empty token', { subject: 'x..y' }),
  exportOf('odd subject: a full wildcard inside', { subject: 'a.>.b' }),
  exportOf('odd subject: stars in words', { subject: 'foo*.b>r' }),
  exportOf('odd subject: of the system', { subject: '$SYS.REQ.>' }),
  exportOf('H9: a tab in a subject', { subject: 'a\tb' }),
  bodyOf('null for all that may be absent', {
    ...{ imports: null, exports: null, mappings: null, revocations: null, signing_keys: null },
    ...{ default_permissions: null, authorization: null, trace: null, tags: null, description: null },
  }),
  exportOf('revocations of any text', { revocations: { anybody: -5 }, token_req: true }),
  limitsOf('A1–A3: no limits at all, and nothing to limit', {}),
  limitsOf('A3: no limits at all, and an export', {}, exports({ subject: 'x', type: 'stream' })),
  limitsOf('A2: imports limited to -2', { ...OPEN_LIMITS, imports: -2 }),
  limitsOf(
    'A4: wildcards forbidden',
    { ...OPEN_LIMITS, exports: 5, wildcards: false },
    exports({ subject: 'x.*', type: 'stream' }),
  ),
  limitsOf(
    'A4: wildcards not mentioned',
    { ...OPEN_LIMITS, wildcards: undefined },
    exports({ subject: 'x.*', type: 'stream' }),
  ),
  limitsOf('limits: nobody may connect', { ...OPEN_LIMITS, conn: 0, subs: 0, payload: 0 }),
  limitsOf('limits: negative and huge', {
    ...OPEN_LIMITS,
    conn: -5,
    data: Number.MAX_SAFE_INTEGER,
    leaf: 2 ** 40,
  }),
  limitsOf('L1: tiers beside flat limits', {
    ...OPEN_LIMITS,
    mem_storage: 7,
    tiered_limits: { R3: { streams: 1 } },
  }),
  limitsOf('L2: a tier without a name', { ...OPEN_LIMITS, tiered_limits: { '': { streams: 1 } } }),
  bodyOf('P1: three words in a permission', { default_permissions: { sub: { allow: ['a b c'] } } }),
  bodyOf('P2: a queue for publishers', { default_permissions: { pub: { deny: ['a b'] } } }),
  bodyOf('permissions: a negative number of answers', {
    default_permissions: { resp: { max: -9, ttl: -1 } },
  }),
  bodyOf('M1: a mapping of nothing', { mappings: { '': [] } }),
  bodyOf('M2: a mapping to nothing', { mappings: { a: [{ subject: '' }] } }),
  bodyOf('M3: a weight of 101', { mappings: { a: [{ subject: 'b', weight: 101 }] } }),
  bodyOf('M4: 110 % in a cluster', {
    mappings: {
      a: [
        { subject: 'b', weight: 60, cluster: 'c' },
        { subject: 'd', weight: 50, cluster: 'c' },
      ],
    },
  }),
  bodyOf('M5: 200 % by default', { mappings: { a: [{ subject: 'b' }, { subject: 'c' }] } }),
  bodyOf('mappings that servers cannot apply', { mappings: { 'a.*': [{ subject: 'b.$7' }] } }),
  {
    name: 'Z1: allowed accounts without users',
    nats: ({ accountKeys }) => ({ authorization: { allowed_accounts: [accountKeys[0]] } }),
  },
  bodyOf('Z2: a user that is no key', { authorization: { auth_users: ['*'] } }),
  {
    name: 'Z3: all accounts, and one',
    nats: ({ userKey, accountKeys }) => ({
      authorization: { auth_users: [userKey], allowed_accounts: ['*', accountKeys[0]] },
    }),
  },
  bodyOf('Z5: an xkey that is none', { authorization: { xkey: 'X' } }),
  bodyOf('T1: a trace to nowhere', { trace: {} }),
  bodyOf('T2: a trace to a wildcard', { trace: { dest: 'a.*' } }),
  bodyOf('T3: a trace of 101 %', { trace: { dest: 'a', sampling: 101 } }),
  bodyOf('K1: a signing key that is none', { signing_keys: ['A'] }),
  bodyOf('K2: a scope without a key', { signing_keys: [{ kind: 'user_scope', template: {} }] }),
  bodyOf('signing keys of other kinds', { signing_keys: [1, null, true, []] }),
  {
    name: 'signing keys: a template that makes no sense',
    nats: ({ accountKeys }) => ({
      signing_keys: [
        { kind: 'user_scope', key: accountKeys[1], template: { src: 'x,y', times: [{ start: '9' }] } },
      ],
    }),
  },
  bodyOf('H1: a signing key of seven letters', { signing_keys: ['AAASCEA'] }),
  bodyOf('H2: a signing key with odd bits', {
    signing_keys: ['AMDQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQO6EL'],
  }),
  bodyOf('N1: a description of 8193 bytes', { description: 'x'.repeat(8193) }),
  bodyOf('N1: a description of 8192 bytes', { description: 'é'.repeat(4096) }),
  bodyOf('G1: unknown cluster traffic', { cluster_traffic: 'any' }),
  { name: 'H3: about an account whose key has seven letters', claims: () => ({ sub: 'AAASCEA' }) },
  { name: 'C1: expired', claims: () => ({ exp: 1_600_000_000 }) },
  { name: 'C2: not yet valid', claims: () => ({ nbf: 3_900_000_000 }) },
  { name: 'times: issued in the future, expiry below 0', claims: () => ({ iat: 3_900_000_000, exp: -5 }) },
  { name: 'about: no name, no id, no time', claims: () => ({ name: '', jti: undefined, iat: undefined }) },
];
