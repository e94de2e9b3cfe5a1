import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hardeningIssues } from '../../src/claims/hardening.js';
import type { Issue } from '../../src/claims/issues.js';
import { RULES } from '../../src/claims/rules/catalogue.js';
import { validate } from '../../src/claims/validate.js';
import { readJwt } from '../../src/claims/verify.js';
import type { Body } from '../support/mint.js';
import {
  ACCOUNT,
  accountJwt,
  activationJwt,
  EXPORTER,
  keyOf,
  NOW,
  ODD_ACCOUNT_KEY,
  OPERATOR,
  operatorJwt,
  SHORT_ACCOUNT_KEY,
  sloppy,
  USER,
  userJwt,
} from './judged.js';

/** A longer run: `FUZZ_RUNS=100000 npx vitest run test/claims/validate-properties.test.ts`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 1_000);

const severityOf = new Map(RULES.map(({ id, severity }) => [id, severity]));

const token = fc.constantFrom('a', 'b', '*', '>', '', '$1', '$2', ' ', 'é', '\u0000', '__proto__');
const subject = fc.array(token, { maxLength: 4 }).map((tokens) => tokens.join('.'));
const key = fc.constantFrom(
  ...[ACCOUNT, EXPORTER, OPERATOR, USER].map(keyOf),
  sloppy(USER),
  SHORT_ACCOUNT_KEY,
  ODD_ACCOUNT_KEY,
  '*',
  '',
  'constructor',
);
const type = fc.constantFrom('stream', 'service', undefined);
const number = fc.constantFrom(-2, -1, 0, 1, 2, 100, 101, 2 ** 53 - 1);
const flag = fc.boolean();
const url = fc.oneof(fc.webUrl(), fc.string(), fc.constantFrom('nats://h', 'http://[::1]:x', 'x:', '//h'));
const list = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(values, { maxLength: 4 });
const record = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Body> =>
  fc.record(fields, { requiredKeys: [] });

const activation = record({ subject, kind: type, issuer_account: key }).map((nats) => activationJwt(nats));
const permissions = record({ allow: list(subject), deny: list(subject) });
const template = record({
  pub: permissions,
  sub: permissions,
  src: list(fc.oneof(fc.ipV4(), fc.string())),
  times: list(record({ start: fc.string(), end: fc.constantFrom('08:00:00', '') })),
  times_location: fc.constantFrom('UTC', 'x'),
});
const importEntry = record({
  subject,
  account: key,
  token: fc.oneof(activation, fc.string()),
  to: subject,
  local_subject: subject,
  type,
  share: flag,
  allow_trace: flag,
});
const exportEntry = record({
  subject,
  type,
  response_type: fc.constantFrom('Stream', 'x'),
  response_threshold: number,
  service_latency: record({ sampling: number, results: subject }),
  account_token_position: fc.nat(5),
  info_url: url,
});
const account = record({
  imports: list(fc.option(importEntry)),
  exports: list(fc.option(exportEntry)),
  limits: record({
    imports: number,
    exports: number,
    wildcards: flag,
    tiered_limits: fc.constant({ '': {} }),
  }),
  signing_keys: list(
    fc.oneof(
      key,
      record({ key, template }).map((scope) => ({ ...scope, kind: 'user_scope' })),
    ),
  ),
  default_permissions: record({ pub: permissions, sub: permissions }),
  mappings: fc.dictionary(subject, list(fc.option(record({ subject, weight: fc.nat(255), cluster: token })))),
  authorization: record({ auth_users: list(key), allowed_accounts: list(key), xkey: key }),
  trace: record({ dest: subject, sampling: number }),
  cluster_traffic: fc.constantFrom('', 'owner', 'x'),
  info_url: url,
});
const operator = record({
  signing_keys: list(key),
  account_server_url: url,
  operator_service_urls: list(url),
  system_account: key,
  assert_server_version: fc.constantFrom('2.10.0', 'x'),
});
const standard = record({ exp: number, nbf: number, sub: key });

const jwt = fc.oneof(
  fc.tuple(account, standard).map(([nats, claims]) => accountJwt(nats, claims)),
  fc.tuple(operator, standard).map(([nats, claims]) => operatorJwt(nats, claims)),
  fc.tuple(template, standard).map(([nats, claims]) => userJwt(nats, claims)),
  activation,
);

function checkIssue({ rule, severity, path, description }: Issue): void {
  expect(severity).toBe(severityOf.get(rule));
  expect(path).toMatch(/^[a-z]/);
  expect(description).toMatch(/^.+\.$/s);
}

test(
  'whatever a token holds, it is judged, the same every time, by rules of the catalogue',
  () => {
    fc.assert(
      fc.property(jwt, (text) => {
        const result = readJwt(text);
        if (!result.ok) return;
        const judged = validate(result.value.claims, NOW);
        const hardened = hardeningIssues(result.value);
        for (const issue of [...judged, ...hardened]) checkIssue(issue);
        expect(validate(result.value.claims, NOW)).toEqual(judged);
        expect(hardeningIssues(result.value)).toEqual(hardened);
      }),
      { numRuns: RUNS },
    );
  },
  60_000 + 20 * RUNS,
);
