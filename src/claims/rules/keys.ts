import type { Issue } from '../issues.js';
import { goAcceptsKey } from '../keys-go.js';
import type { UserScope } from '../types.js';
import { quote } from './quote.js';
import { error, type RuleTable, report } from './rule.js';

/** A signing key of an account, and its scope if it has one. */
interface SigningKeyPart {
  readonly key: string;
  readonly scope: UserScope | null;
}

/** K1, K2: signing keys; the template of a scope is not looked at. Source: jwt v2/signingkeys.go. */
export const SIGNING_KEY_RULES: RuleTable<SigningKeyPart> = {
  title: 'Signing keys',
  where: 'nats.signing_keys["…"]',
  rules: [
    error(
      'K1',
      '',
      'The signing key is not an account key.',
      ({ key, scope }) =>
        scope === null &&
        !goAcceptsKey(key, 'account') &&
        `The signing key ${quote(key)} is not an account key.`,
    ),
    error(
      'K2',
      'key',
      'The key of a scope is not an account key.',
      ({ scope }) =>
        scope !== null &&
        !goAcceptsKey(scope.key, 'account') &&
        `The key ${quote(scope.key)} of the scope is not an account key.`,
    ),
  ],
};

/** Judges the signing keys of an account; a path names the key, since that is how a key is found again. */
export function signingKeyIssues(keys: ReadonlyMap<string, UserScope | null>, issues: Issue[]): void {
  for (const [key, scope] of keys) {
    report(SIGNING_KEY_RULES, { key, scope }, `nats.signing_keys[${quote(key)}]`, issues);
  }
}
