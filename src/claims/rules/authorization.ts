import type { Issue } from '../issues.js';
import { goAcceptsKey } from '../keys-go.js';
import type { ExternalAuthorization } from '../types.js';
import { quote } from './quote.js';
import { error, type RuleTable, report } from './rule.js';

const ANY_ACCOUNT = '*';

/** Z1: the lists of an external authorization next to each other. */
export const AUTHORIZATION_RULES: RuleTable<ExternalAuthorization> = {
  title: 'External authorization',
  where: 'nats.authorization',
  rules: [
    error(
      'Z1',
      'allowed_accounts',
      'Accounts are allowed, but no users that authorize.',
      (authorization) => authorization.allowed_accounts.length > 0 && authorization.auth_users.length === 0,
    ),
  ],
};

/** Z2: a user that authorizes. */
export const AUTH_USER_RULES: RuleTable<string> = {
  title: 'External authorization: users',
  where: 'nats.authorization.auth_users[]',
  rules: [
    error(
      'Z2',
      '',
      'The entry is not a user key.',
      (key) => !goAcceptsKey(key, 'user') && `${quote(key)} is not a user key.`,
    ),
  ],
};

/** An account that users may be authorized for. */
interface AllowedAccountPart {
  readonly key: string;
  /** Whether it is the whole list. */
  readonly alone: boolean;
}

/** Z3, Z4: one allowed account. */
export const ALLOWED_ACCOUNT_RULES: RuleTable<AllowedAccountPart> = {
  title: 'External authorization: accounts',
  where: 'nats.authorization.allowed_accounts[]',
  rules: [
    error(
      'Z3',
      '',
      'The entry "*" stands for every account, but is not alone.',
      ({ key, alone }) => key === ANY_ACCOUNT && !alone,
    ),
    error(
      'Z4',
      '',
      'The entry is neither "*" nor an account key.',
      ({ key }) =>
        key !== ANY_ACCOUNT &&
        !goAcceptsKey(key, 'account') &&
        `${quote(key)} is neither "*" nor an account key.`,
    ),
  ],
};

/** Z5: the key that requests are encrypted for. */
export const XKEY_RULES: RuleTable<string> = {
  title: 'External authorization: encryption',
  where: 'nats.authorization.xkey',
  rules: [
    error(
      'Z5',
      '',
      'The key is not a curve (X) key.',
      (key) => key !== '' && !goAcceptsKey(key, 'curve') && `${quote(key)} is not a curve (X) key.`,
    ),
  ],
};

/** Judges the external authorization of an account (jwt v2/account_claims.go ExternalAuthorization.Validate). */
export function authorizationIssues(authorization: ExternalAuthorization, issues: Issue[]): void {
  const { auth_users: users, allowed_accounts: accounts, xkey } = authorization;
  const path = 'nats.authorization';
  report(AUTHORIZATION_RULES, authorization, path, issues);
  for (const [index, key] of users.entries()) {
    report(AUTH_USER_RULES, key, `${path}.auth_users[${index}]`, issues);
  }
  for (const [index, key] of accounts.entries()) {
    const part = { key, alone: accounts.length === 1 };
    report(ALLOWED_ACCOUNT_RULES, part, `${path}.allowed_accounts[${index}]`, issues);
  }
  report(XKEY_RULES, xkey, `${path}.xkey`, issues);
}
