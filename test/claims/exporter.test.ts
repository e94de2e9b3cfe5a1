import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { exporterIssues } from '../../src/claims/exporter.js';
import type { AccountClaims } from '../../src/claims/types.js';
import { accountJwt, activationJwt, EXPORTER, judge, keyOf, read } from './judged.js';

const SIGNING_KEY = createAccount();
const STRANGER = createAccount();

function account(jwt: string): AccountClaims {
  const { claims } = read(jwt);
  if (claims.kind !== 'account') throw new Error('no account');
  return claims;
}

const exporter = account(accountJwt({ signing_keys: [keyOf(SIGNING_KEY)] }, { sub: keyOf(EXPORTER) }));
const forExporter = { issuer_account: keyOf(EXPORTER) };
const importing = (token?: string): string =>
  accountJwt({ imports: [null, { subject: 'svc.a', type: 'service', account: keyOf(EXPORTER), token }] });

describe('H8: who signed an activation token', () => {
  test.each<[string, string | undefined, string[]]>([
    ['the exporter', activationJwt(), []],
    ['a signing key of the exporter', activationJwt(forExporter, {}, SIGNING_KEY), []],
    ['a stranger', activationJwt(forExporter, {}, STRANGER), ['H8 nats.imports[1].token']],
    ['nobody: there is none', undefined, []],
    ['nobody: it cannot be read', 'hello', []],
  ])('%s', (_, token, expected) => {
    const issues = exporterIssues(account(importing(token)), (key) =>
      key === keyOf(EXPORTER) ? exporter : undefined,
    );
    expect(issues.map(({ rule, path }) => `${rule} ${path}`)).toEqual(expected);
  });

  test('Go takes the token of the stranger', () => {
    const jwt = importing(activationJwt(forExporter, {}, STRANGER));
    expect(judge(jwt).filter((issue) => !issue.startsWith('I1 '))).toEqual([]);
  });

  test('an unknown exporter proves nothing', () => {
    const jwt = importing(activationJwt(forExporter, {}, STRANGER));
    expect(exporterIssues(account(jwt), () => undefined)).toEqual([]);
  });
});
