import { describe, expect, test } from 'vitest';
import { decodeJwt } from '../../src/claims/decode.js';
import { hardeningIssues } from '../../src/claims/hardening.js';
import type { DecodedJwt } from '../../src/claims/jwt.js';
import type { AccountClaims, Claims } from '../../src/claims/types.js';
import { readJwt, verifyJwt } from '../../src/claims/verify.js';
import { comparable, comparableClaims, readVectorsExactly } from './comparable.js';
import { ACCOUNT, accountJwt, keyOf, OPERATOR, signV1, userJwt } from './judged.js';
import { tokenOf, type Verdict } from './verdicts.js';

/** What a line of `claims.jsonl` says beyond the verdict of validation. */
interface DecodeVerdict extends Verdict {
  readonly kind?: string;
  readonly version?: number;
  readonly subject?: string;
  readonly issuer?: string;
  /** Long integers as `#<digits>`. */
  readonly claims?: unknown;
}

const vectors = readVectorsExactly<DecodeVerdict>('claims.jsonl').map((verdict) => ({
  verdict,
  read: readJwt(tokenOf(verdict)),
}));

type Vector = (typeof vectors)[number];
const failing = (wrong: (vector: Vector) => boolean): string[] =>
  vectors.filter(wrong).map(({ verdict }) => `${verdict.id}: ${verdict.note}`);

/** Go keeps no version of generic claims. */
const versionOf = (claims: Claims): unknown => (claims.kind === 'generic' ? 0 : claims.nats.version);

describe('the verdicts of the Go library', () => {
  test('there are enough of them', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(1400);
  });

  test('what decodes and what does not', () => {
    expect(failing(({ verdict, read }) => verdict.decode.ok !== read.ok)).toEqual([]);
  });

  test('decoding first and verifying later comes to the same', () => {
    const separately = (verdict: Verdict): boolean => {
      const decoded = decodeJwt(tokenOf(verdict));
      return decoded.ok && verifyJwt(decoded.value).ok;
    };
    expect(failing(({ verdict }) => verdict.decode.ok !== separately(verdict))).toEqual([]);
  });

  test('kind, version, subject and issuer', () => {
    const differs = ({ verdict, read }: Vector): boolean => {
      if (!read.ok) return false;
      const { claims } = read.value;
      const ours = [claims.kind, versionOf(claims), claims.sub, claims.iss];
      return String(ours) !== String([verdict.kind, verdict.version, verdict.subject, verdict.issuer]);
    };
    expect(failing(differs)).toEqual([]);
  });

  test('every field of the claims, as Go writes them again', () => {
    const pairs = vectors.flatMap(({ verdict, read }) =>
      read.ok && verdict.claims !== undefined
        ? [{ id: verdict.id, ours: comparableClaims(read.value.claims), go: comparable(verdict.claims) }]
        : [],
    );
    expect(pairs.length).toBeGreaterThan(850);
    for (const { id, ours, go } of pairs) expect(ours, id).toEqual(go);
  });

  test('ambiguous names (H6), in the token or in one that it holds', () => {
    const marked = ({ read }: Vector): boolean =>
      read.ok && hardeningIssues(read.value).some(({ rule }) => rule === 'H6');
    const expected = ({ verdict }: Vector): boolean => verdict.hardening?.includes('H6') === true;
    expect(vectors.filter(expected).length).toBeGreaterThan(20);
    expect(failing((vector) => marked(vector) !== expected(vector))).toEqual([]);
  });
});

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');
const HEADER = encode('{"typ":"JWT","alg":"ed25519-nkey"}');
const PAYLOAD = encode('{"nats":{"type":"account","version":2}}');

/** The claims of a payload with any signature: this half of decoding does not look at it. */
function decodePayload(payload: string): DecodedJwt {
  const decoded = decodeJwt(`${HEADER}.${encode(payload)}.`);
  if (!decoded.ok) throw new Error(decoded.problem.message);
  return decoded.value;
}

function decodeAccount(nats: string, version = 2): AccountClaims {
  const { claims } = decodePayload(`{"nats":{"type":"account","version":${version},${nats}}}`);
  if (claims.kind !== 'account') throw new Error(`decoded ${claims.kind}`);
  return claims;
}

const problemOf = (input: string | Uint8Array): string => {
  const decoded = decodeJwt(input);
  return decoded.ok ? 'none' : `${decoded.problem.step}: ${decoded.problem.message}`;
};
const payloadProblem = (payload: string): string => problemOf(`${HEADER}.${encode(payload)}.`);

describe('the steps of decoding, in the order of Go', () => {
  test.each([
    [
      'too large',
      `${HEADER}.${'A'.repeat(1024 * 1024)}`,
      /^size: the token has 104\d+ bytes, more than 1048576$/,
    ],
    ['too large in bytes', '\u00e9'.repeat(600_000), /^size: the token has 1200000 bytes/],
    ['empty', '', /^chunks: /],
    ['two chunks', `${HEADER}.${PAYLOAD}`, /^chunks: the token does not consist of three chunks/],
    ['four chunks', `${HEADER}.${PAYLOAD}..`, /^chunks: /],
    ['a header that is no base64url', `${HEADER}=.!.!`, /^header: the header is not base64url$/],
    ['a header that is no JSON', `${encode('{')}.!.!`, /^header: the header is not JSON: fault at byte 1$/],
    ['a header without typ', `${encode('{"alg":"ed25519"}')}.!.!`, /^header: .*\(typ\)$/],
    ['a header with another algorithm', `${encode('{"typ":"JWT","alg":"none"}')}.!.!`, /^header: .*\(alg\)$/],
    [
      'a header with a typ of another kind',
      `${encode('{"typ":1}')}.!.!`,
      /^header: header\.typ must be a string, found number 1$/,
    ],
    ['a payload that is no base64url', `${HEADER}.a+b/.`, /^payload: the payload is not base64url$/],
    [
      'a payload that is no JSON',
      `${HEADER}.${encode('{"a":}')}.`,
      /^payload: the payload is not JSON: fault at byte 5$/,
    ],
  ])('%s', (_what, token, problem) => {
    expect(problemOf(token)).toMatch(problem);
    expect(problemOf(Buffer.from(token))).toMatch(problem);
  });

  test('exactly 1 MiB is not too large', () => {
    const room = 1024 * 1024 - HEADER.length - 2;
    const payload = `{"x":"${'a'.repeat(Math.floor((room * 3) / 4) - 8)}"}`;
    const token = `${HEADER}.${encode(payload)}.`;
    expect(problemOf(token.padEnd(1024 * 1024, 'A'))).toBe('none');
    expect(problemOf(token.padEnd(1024 * 1024 + 1, 'A'))).toMatch(/^size: /);
  });

  test.each([
    ['{"nats":{"type":"account","version":3}}', 'the token is of version 3, newer than 2'],
    [
      '{"nats":{"type":"nonsense","version":9223372036854775807}}',
      'the token is of version 9223372036854775807, newer than 2',
    ],
    ['{"nats":{"type":"account"}}', 'the account token is of version 0, not 1 or 2'],
    ['{"nats":{"type":"user","version":-1}}', 'the user token is of version -1, not 1 or 2'],
    ['{"nats":{"type":"cluster","version":2}}', 'cluster tokens are not supported'],
    ['{"type":"server"}', 'server tokens are not supported'],
    ['{"type":1}', 'type must be a string, found number 1'],
    ['{"nats":[]}', 'nats must be an object, found array'],
    ['{"nats":{"version":1.0}}', 'nats.version must be a 64-bit integer, found number 1.0'],
    ['{"nats":{"tags":["a",1]}}', 'nats.tags[1] must be a string, found number 1'],
    ['[]', 'the whole must be an object, found array'],
    ['{"sub":{},"nats":{"type":"account","version":2}}', 'sub must be a string, found object'],
  ])('the payload %s', (payload, problem) => {
    expect(payloadProblem(payload)).toBe(`payload: ${problem}`);
  });

  test('of bytes, those beyond ASCII are foreign', () => {
    expect(
      problemOf(
        Buffer.concat([Buffer.from(`${HEADER}.`), Buffer.from([0xe9, 0xe9, 0xe9, 0xe9]), Buffer.from('.')]),
      ),
    ).toBe('payload: the payload is not base64url');
  });

  test('a view into a larger buffer is read as such', () => {
    const token = `${HEADER}.${PAYLOAD}.`;
    const around = new Uint8Array(Buffer.from(`xx${token}yy`));
    expect(problemOf(around.subarray(2, 2 + token.length))).toBe('none');
  });
});

describe('type and version', () => {
  test.each([
    ['{"type":"account","nats":{"type":"user","version":2}}', 'account', 1, 'v1'],
    ['{"nats":{"type":"account","version":1}}', 'account', 1, 'v1'],
    ['{"nats":{"type":"account","version":2}}', 'account', 2, 'v2'],
    ['{"nats":{"type":"authorization_request","version":2}}', 'authorization_request', 2, 'v2'],
    ['{"nats":{"type":"authorization_request"}}', 'authorization_request', 0, 'v1'],
    ['{"type":"authorization_response","nats":{"version":2}}', 'authorization_response', 2, 'v1'],
    ['{"nats":{"type":"Account","version":2}}', 'generic', 0, 'v1'],
    ['{"nats":{"version":-5}}', 'generic', 0, 'v1'],
    ['{}', 'generic', 0, 'v1'],
    ['null', 'generic', 0, 'v1'],
  ])('%s', (payload, kind, version, form) => {
    const { claims, signatureForm } = decodePayload(payload);
    expect([claims.kind, versionOf(claims), signatureForm]).toEqual([kind, version, form]);
  });

  test('a v1 token without a type at the top has none after migration', () => {
    expect(decodeAccount('"exports":[]', 1).nats.type).toBe('');
  });
});

describe('values that JSON.parse would spoil', () => {
  test('integers beyond 2^53 keep every digit', () => {
    const { nats } = decodeAccount(
      '"limits":{"data":9007199254740993},"revocations":{"*":-9223372036854775808}',
    );
    expect(nats.limits.data).toBe(9007199254740993n);
    expect(nats.revocations.get('*')).toBe(-9223372036854775808n);
  });

  test('names of Object.prototype are names like others', () => {
    const { nats } = decodeAccount('"revocations":{"__proto__":5},"mappings":{"constructor":[]}');
    expect([...nats.revocations]).toEqual([['__proto__', 5]]);
    expect([...nats.mappings.keys()]).toEqual(['constructor']);
  });

  test('text beyond ASCII and broken text', () => {
    expect(decodePayload('{"name":"Zo\u00eb \\ud83d"}').claims.name).toBe('Zo\u00eb \ufffd');
  });
});

describe('fields with ways of their own', () => {
  test.each([
    ['0', 0],
    ['null', 0],
    ['"headers"', 0],
    ['"HeaDerS"', 0],
    ['101', 101],
  ])('sampling %s', (sampling, value) => {
    const { exports } = decodeAccount(`"exports":[{"service_latency":{"sampling":${sampling}}}]`).nats;
    expect(exports[0]?.service_latency?.sampling).toBe(value);
  });

  test.each(['"\\u0068eaders"', '"header"', '1.5', 'true'])('no sampling: %s', (sampling) => {
    const body = `"exports":[{"service_latency":{"sampling":${sampling}}}]`;
    expect(payloadProblem(`{"nats":{"type":"account","version":2,${body}}}`)).toMatch(
      /^payload: nats\.exports\[0\]\.service_latency\.sampling must be /,
    );
  });

  test.each(['null', '"Stream"', '""', '1'])('no type of an export: %s', (type) => {
    expect(payloadProblem(`{"nats":{"type":"account","version":2,"exports":[{"type":${type}}]}}`)).toMatch(
      /^payload: nats\.exports\[0\]\.type must be "stream" or "service", found /,
    );
  });

  test('null imports and exports are kept: validation has a word to say', () => {
    const { nats } = decodeAccount('"imports":[null],"exports":[null,{}]');
    expect(nats.imports).toEqual([null]);
    expect(nats.exports[0]).toBeNull();
  });

  test('with tiers, the flat JetStream limits are zero', () => {
    const flat = '"mem_storage":5,"streams":6,"max_bytes_required":true,"subs":7';
    const tiered = decodeAccount(`"limits":{${flat},"tiered_limits":{"R1":{"mem_storage":8}}}`).nats.limits;
    expect([tiered.mem_storage, tiered.streams, tiered.max_bytes_required, tiered.subs]).toEqual([
      0,
      0,
      false,
      7,
    ]);
    expect(tiered.tiered_limits.get('R1')?.mem_storage).toBe(8);
    expect(decodeAccount(`"limits":{${flat},"tiered_limits":{}}`).nats.limits.mem_storage).toBe(5);
  });

  test.each([
    ['["10.0.0.0/8",null]', ['10.0.0.0/8', '']],
    ['" 10.0.0.0/8,, FE80::/10 ,10.0.0.0/8"', ['10.0.0.0/8', 'fe80::/10']],
    ['""', []],
    ['null', []],
    // Letters for which JavaScript's lower case is not Go's, and white space for which trim is not.
    ['"\u0130\u03a3,\u0085x\u0085,\ufeffy"', ['i\u03c3', 'x', '\ufeffy']],
  ])('src %s', (src, cidrs) => {
    const { claims } = decodePayload(`{"nats":{"type":"user","version":2,"src":${src}}}`);
    expect(claims.kind === 'user' && claims.nats.src).toEqual(cidrs);
  });
});

describe('signing keys of accounts', () => {
  const keysOf = (list: string) => decodeAccount(`"signing_keys":${list}`).nats.signing_keys;
  const problemWith = (list: string): string =>
    payloadProblem(`{"nats":{"type":"account","version":2,"signing_keys":${list}}}`);

  test('plain keys and scopes, a later entry over an earlier one; the rest is passed over', () => {
    const keys = keysOf(
      '["A",1,null,true,[{"kind":1}],{"kind":"user_scope","key":"B","role":"r"},"B","C",{"kind":"user_scope","key":"A"}]',
    );
    expect([...keys].map(([key, scope]) => [key, scope?.role])).toEqual([
      ['A', ''],
      ['B', undefined],
      ['C', undefined],
    ]);
  });

  test('absent numbers of a template are -1', () => {
    const template = keysOf('[{"kind":"user_scope","key":"A","template":{"data":5}}]').get('A')?.template;
    expect([template?.subs, template?.data, template?.payload]).toEqual([-1, 5, -1]);
  });

  test('numbers went through float64 before', () => {
    const template = keysOf(
      '[{"kind":"user_scope","template":{"subs":2.0,"data":1e3,"payload":9007199254740993}}]',
    ).get('')?.template;
    expect([template?.subs, template?.data, template?.payload]).toEqual([2, 1000, 9007199254740992n]);
  });

  test('names went through a map before: sorted, the last of equal ones', () => {
    expect(keysOf('[{"key":"A","Key":"B","kind":"user_scope"}]').has('A')).toBe(true);
    expect(keysOf('[{"key":1,"key":"C","kind":"user_scope"}]').has('C')).toBe(true);
    expect(keysOf('[{"\u212aey":"D","key":"E","kind":"user_scope"}]').has('D')).toBe(true);
  });

  test('a second list adds to the first', () => {
    expect([...keysOf('["A"],"signing_keys":null,"signing_keys":["B"]').keys()]).toEqual(['A', 'B']);
  });

  test.each([
    ['[{"key":"A"}]', 'nats.signing_keys[0] must be a key or a scope with a kind, found object'],
    [
      '["A",{"Kind":"user_scope"}]',
      'nats.signing_keys[1] must be a key or a scope with a kind, found object',
    ],
    ['[{"kind":"User_Scope"}]', 'nats.signing_keys[0].kind must be "user_scope", found another string'],
    ['[{"kind":null}]', 'nats.signing_keys[0].kind must be "user_scope", found null'],
    ['[{"kind":"user_scope","KIND":5}]', 'nats.signing_keys[0].kind must be "user_scope", found number 5'],
    ['[{"kind":"user_scope","key":5}]', 'nats.signing_keys[0].key must be a string, found number 5'],
    [
      '[{"kind":"user_scope","template":{"subs":0.5}}]',
      'nats.signing_keys[0].template.subs must be a 64-bit integer, found number 0.5',
    ],
    [
      '[{"kind":"user_scope","template":{"subs":9223372036854775807}}]',
      'nats.signing_keys[0].template.subs must be a 64-bit integer, found number 9223372036854776000',
    ],
    ['["A",[{"x":-1e400}]]', 'nats.signing_keys must be free of numbers beyond float64, found one'],
    ['"A"', 'nats.signing_keys must be an array, found string'],
  ])('%s is wrong', (list, problem) => {
    expect(problemWith(list)).toBe(`payload: ${problem}`);
  });
});

describe('version 1', () => {
  const decodeV1 = (payload: string): Claims => decodePayload(payload).claims;

  test('account: limits that are absent stay 0, what version 1 did not know is empty', () => {
    const claims = decodeV1(
      '{"type":"account","tags":["t"],"nats":{"signing_keys":["A"],"limits":{"conn":5,"mem_storage":6,"tiered_limits":1},"description":1,"mappings":2}}',
    );
    if (claims.kind !== 'account') throw new Error(claims.kind);
    const { nats } = claims;
    expect([
      nats.type,
      nats.version,
      nats.tags,
      nats.limits.conn,
      nats.limits.subs,
      nats.limits.mem_storage,
    ]).toEqual(['account', 1, ['t'], 5, 0, 0]);
    expect([[...nats.signing_keys], nats.mappings.size, nats.trace, nats.description]).toEqual([
      [['A', null]],
      0,
      null,
      '',
    ]);
  });

  test('operator: not strict, whatever it says', () => {
    const claims = decodeV1(
      '{"type":"operator","nats":{"strict_signing_key_usage":true,"signing_keys":["O"],"system_account":"A"}}',
    );
    expect(claims.kind === 'operator' && claims.nats).toEqual({
      type: 'operator',
      version: 1,
      tags: [],
      signing_keys: ['O'],
      system_account: 'A',
      account_server_url: '',
      operator_service_urls: [],
      assert_server_version: '',
      strict_signing_key_usage: false,
    });
  });

  test('activation: the type is the kind, and the issuer account stands at the top', () => {
    const claims = decodeV1(
      '{"type":"activation","issuer_account":"A","nats":{"subject":"s","type":"stream","kind":1,"issuer_account":1,"max":5}}',
    );
    expect(claims.kind === 'activation' && claims.nats).toEqual({
      type: 'activation',
      version: 1,
      tags: [],
      subject: 's',
      kind: 'stream',
      issuer_account: 'A',
    });
  });

  test('user: limits that are absent are -1', () => {
    const claims = decodeV1(
      '{"type":"user","issuer_account":"A","nats":{"bearer_token":true,"data":5,"proxy_required":1}}',
    );
    if (claims.kind !== 'user') throw new Error(claims.kind);
    const { subs, data, payload, bearer_token, issuer_account, proxy_required } = claims.nats;
    expect([subs, data, payload, bearer_token, issuer_account, proxy_required]).toEqual([
      -1,
      5,
      -1,
      true,
      'A',
      false,
    ]);
  });

  test.each([
    [
      '{"type":"account","nats":{"signing_keys":[{"kind":"user_scope"}]}}',
      'nats.signing_keys[0] must be a string, found object',
    ],
    ['{"type":"account","tags":"t"}', 'tags must be an array, found string'],
    ['{"type":"user","issuer_account":1}', 'issuer_account must be a string, found number 1'],
    ['{"type":"user","nats":{"max":"1"}}', 'nats.max must be a 64-bit integer, found string'],
    ['{"type":"activation","nats":{"src":["a"]}}', 'nats.src must be a string, found array'],
    ['{"type":"activation","nats":{"times":{}}}', 'nats.times must be an array, found object'],
    [
      '{"nats":{"type":"activation","version":1}}',
      'nats.type must be "stream" or "service", found another string',
    ],
  ])('%s is wrong', (payload, problem) => {
    expect(payloadProblem(payload)).toBe(`payload: ${problem}`);
  });
});

describe('ambiguous names (H6)', () => {
  const paths = (token: string): string[] => {
    const decoded = decodeJwt(token);
    return decoded.ok ? decoded.value.decodeHardening.map(({ rule, path }) => `${rule} ${path}`) : [];
  };

  test.each([
    ['{"a":{"b":1},"c":{"b":1}}', []],
    ['{"name":"a","name":"a"}', ['H6 name']],
    ['{"x":[{"y":1,"y":2}]}', ['H6 x[0].y']],
    ['{"NATS":{"Type":"account","version":2}}', ['H6 NATS', 'H6 nats.Type']],
    [
      '{"nats":{"type":"account","version":2,"exports":[{"Subject":"a"}],"revocations":{"a":1,"A":2}}}',
      ['H6 nats.exports[0].Subject'],
    ],
    [
      '{"nats":{"type":"account","version":2,"signing_keys":[{"kind":"user_scope","Role":"a"}]}}',
      ['H6 nats.signing_keys[0].Role'],
    ],
  ])('%s', (payload, expected) => {
    expect(paths(`${HEADER}.${encode(payload)}.`)).toEqual(expected);
  });

  test('in the header', () => {
    expect(
      paths(`${encode('{"typ":"JWT","Alg":"x","alg":"ed25519","x":{"y":1,"y":1}}')}.${PAYLOAD}.`),
    ).toEqual(['H6 header.x.y', 'H6 header.Alg']);
  });

  test('in the header, however often it comes and whatever came before', () => {
    const header = encode('{"typ":"JWT","alg":"ed25519","Alg":"ed25519","alg":"ed25519"}');
    for (let other = 0; other < 40; other++) {
      expect(paths(`${header}.${PAYLOAD}.`)).toEqual(['H6 header.alg', 'H6 header.Alg']);
      expect(paths(`${encode(`{"typ":"JWT","alg":"ed25519","x":${other}}`)}.${PAYLOAD}.`)).toEqual([]);
      expect(paths(`${header}.${encode('{"nats":{},"nats":{}}')}.`)).toEqual([
        'H6 header.alg',
        'H6 header.Alg',
        'H6 nats',
      ]);
    }
  });

  test('each issue is an error with a sentence', () => {
    const [issue] = decodePayload('{"sub":"a","sub":"b"}').decodeHardening;
    expect(issue).toEqual({
      rule: 'H6',
      severity: 'error',
      path: 'sub',
      description: 'The name occurs more than once: readers disagree about its meaning.',
    });
  });
});

describe('the text that is kept (H12)', () => {
  const text = (token: string): string => {
    const read = readJwt(token);
    return read.ok ? read.value.text : read.problem.message;
  };

  test('is the token as it came when that is one line', () => {
    const token = accountJwt();
    expect(text(token)).toBe(token);
    expect(readJwt(Buffer.from(token))).toEqual(readJwt(token));
  });

  test('has no line ends where no signature covers them', () => {
    const token = accountJwt();
    const [head = '', payload = '', signature = ''] = token.split('.');
    expect(text(`${token}\r\n\n`)).toBe(token);
    expect(text(`${head}.${payload}.\n${signature.slice(0, 9)}\r${signature.slice(9)}`)).toBe(token);
    const old = signV1({ iss: keyOf(OPERATOR), sub: keyOf(ACCOUNT), type: 'account' }, OPERATOR);
    expect(text(`\n${old.slice(0, 5)}\r\n${old.slice(5)}\n`)).toBe(old);
  });

  test('keeps those that are signed: without them the signature would not hold', () => {
    const payload = encode(JSON.stringify({ iss: keyOf(OPERATOR), type: 'account' }));
    const token = signV1(`${payload.slice(0, 8)}\n${payload.slice(8)}`, OPERATOR);
    expect(text(`${token}\n`)).toBe(token);
  });
});

test('a token with everything in it decodes to what it says', () => {
  const { claims } = decodePayload(
    Buffer.from(
      userJwt({ tags: ['a'], times: [{ start: '1', end: '2' }] }).split('.')[1] ?? '',
      'base64url',
    ).toString(),
  );
  if (claims.kind !== 'user') throw new Error(claims.kind);
  expect(claims.nats.times).toEqual([{ start: '1', end: '2' }]);
  expect(claims.nats.tags).toEqual(['a']);
});
