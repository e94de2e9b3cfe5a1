import { decodeJwt } from '../claims/decode.js';
import { exporterIssues } from '../claims/exporter.js';
import type { TrustedAccount } from '../claims/jwt.js';
import type { AccountClaims } from '../claims/types.js';
import type { Refusal } from './errors.js';
import type { PublishedAccounts } from './ports.js';

/**
 * Why a pushed account is refused whose activation tokens the exporting accounts, as they are served now, did not sign
 * (H8): nats-server would leave such an import dead. Exporters that are not served are passed over, since an importer may
 * be pushed before them.
 */
export function refuseForeignActivations(
  account: TrustedAccount,
  published: PublishedAccounts,
): Refusal | undefined {
  const claims = account.exporters.length > 0 ? claimsOf(account) : undefined;
  if (claims === undefined) return undefined;
  const exporterOf = (accountKey: string): AccountClaims | undefined => {
    const exporter = published.get(accountKey)?.account;
    return exporter && claimsOf(exporter);
  };
  const issues = exporterIssues(claims, exporterOf);
  const [first] = issues;
  return first && { code: 'claims.invalid', message: first.description, issues };
}

/** The claims of all accounts would not fit in memory, and few are asked for. */
function claimsOf({ text }: TrustedAccount): AccountClaims | undefined {
  const decoded = decodeJwt(text);
  return decoded.ok && decoded.value.claims.kind === 'account' ? decoded.value.claims : undefined;
}
