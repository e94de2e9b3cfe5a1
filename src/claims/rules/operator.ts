import { parseGoInteger } from '../go-integer.js';
import type { Issue } from '../issues.js';
import { goAcceptsKey } from '../keys-go.js';
import type { OperatorBody, OperatorClaims } from '../types.js';
import { parseGoUrl } from '../url.js';
import { quote } from './quote.js';
import { error, type Findings, type RuleTable, report } from './rule.js';

/** O1: where tools find the account server. */
export const ACCOUNT_SERVER_RULES: RuleTable<string> = {
  title: 'Operators: account server',
  where: 'nats.account_server_url',
  rules: [
    error(
      'O1',
      '',
      'The account server URL is no URL with a scheme.',
      (url) => url !== '' && !parseGoUrl(url)?.scheme && `${quote(url)} is no URL with a scheme.`,
    ),
  ],
};

const SERVICE_SCHEMES: ReadonlySet<string> = new Set(['nats', 'tls', 'ws', 'wss']);

/** O2: where tools reach the servers of the operator. */
export const SERVICE_URL_RULES: RuleTable<string> = {
  title: 'Operators: service URLs',
  where: 'nats.operator_service_urls[]',
  rules: [
    error(
      'O2',
      '',
      'The service URL is no plain URL with the scheme nats, tls, ws or wss (no user, no path, not even "/").',
      serviceUrlFindings,
    ),
  ],
};

function serviceUrlFindings(text: string): Findings {
  if (text === '') return false;
  const url = parseGoUrl(text);
  if (url === undefined) return `The service URL ${quote(text)} is no URL.`;
  if (url.hasUser) return `The service URL ${quote(text)} must not name a user.`;
  if (url.path !== '') return `The service URL ${quote(text)} must not have a path, not even "/".`;
  return !SERVICE_SCHEMES.has(url.scheme) && `The scheme of ${quote(text)} is not nats, tls, ws or wss.`;
}

/** O3: a key that signs for the operator. */
export const OPERATOR_KEY_RULES: RuleTable<string> = {
  title: 'Operators: signing keys',
  where: 'nats.signing_keys[]',
  rules: [
    error(
      'O3',
      '',
      'The signing key is not an operator key.',
      (key) => !goAcceptsKey(key, 'operator') && `The signing key ${quote(key)} is not an operator key.`,
    ),
  ],
};

/** O4, O5: the rest of an operator. */
export const OPERATOR_RULES: RuleTable<OperatorBody> = {
  title: 'Operators',
  where: 'nats',
  rules: [
    error(
      'O4',
      'system_account',
      'The system account is not an account key.',
      ({ system_account: key }) =>
        key !== '' &&
        !goAcceptsKey(key, 'account') &&
        `The system account ${quote(key)} is not an account key.`,
    ),
    error(
      'O5',
      'assert_server_version',
      'The server version is not of the form 2.10.0.',
      ({ assert_server_version: version }) =>
        version !== '' &&
        !isServerVersion(version) &&
        `The server version ${quote(version)} is not of the form 2.10.0.`,
    ),
  ],
};

function isServerVersion(version: string): boolean {
  const parts = version.split('.');
  return parts.length === 3 && parts.every((part) => (parseGoInteger(part) ?? -1) >= 0);
}

/** Judges an operator (jwt v2/operator_claims.go Operator.Validate); time apart. */
export function operatorIssues({ nats }: OperatorClaims, issues: Issue[]): void {
  report(ACCOUNT_SERVER_RULES, nats.account_server_url, 'nats.account_server_url', issues);
  for (const [index, url] of nats.operator_service_urls.entries()) {
    report(SERVICE_URL_RULES, url, `nats.operator_service_urls[${index}]`, issues);
  }
  for (const [index, key] of nats.signing_keys.entries()) {
    report(OPERATOR_KEY_RULES, key, `nats.signing_keys[${index}]`, issues);
  }
  report(OPERATOR_RULES, nats, 'nats', issues);
}
