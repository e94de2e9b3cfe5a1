import { accountDidSign } from './did-sign.js';
import type { Issue } from './issues.js';
import { importToken } from './rules/import-token.js';
import { error, type RuleTable, report } from './rules/rule.js';
import type { AccountClaims, ActivationClaims } from './types.js';

/** An activation token, and the account that it claims to be from. */
interface ActivationPart {
  readonly activation: ActivationClaims;
  readonly exporter: AccountClaims;
}

/** H8: Go believes the `issuer_account` that an activation token names itself (I13). */
export const EXPORTER_RULES: RuleTable<ActivationPart> = {
  title: 'Activation tokens and their exporter',
  where: 'nats.imports[]',
  rules: [
    error(
      'H8',
      'token',
      'The activation token is signed neither by the exporting account nor by one of its signing keys.',
      ({ activation, exporter }) => !accountDidSign(exporter, activation),
    ),
  ],
};

/**
 * Whether the activation tokens of an account were signed by the accounts that it imports from (H8), as nats-server
 * demands when it sets up the import (server/accounts.go). Exporters that `exporterOf` does not know are passed over.
 */
export function exporterIssues(
  { nats }: AccountClaims,
  exporterOf: (accountKey: string) => AccountClaims | undefined,
): Issue[] {
  const issues: Issue[] = [];
  for (const [index, entry] of nats.imports.entries()) {
    const token = entry === null ? undefined : importToken(entry);
    const exporter = entry === null ? undefined : exporterOf(entry.account);
    if (token?.ok !== true || exporter === undefined) continue;
    const part = { activation: token.value.claims, exporter };
    report(EXPORTER_RULES, part, `nats.imports[${index}]`, issues);
  }
  return issues;
}
