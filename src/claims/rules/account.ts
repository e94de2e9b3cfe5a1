import type { Issue } from '../issues.js';
import type { AccountBody, AccountClaims } from '../types.js';
import { authorizationIssues } from './authorization.js';
import { exportIssues } from './exports.js';
import { importIssues } from './imports.js';
import { INFO_RULES } from './info.js';
import { signingKeyIssues } from './keys.js';
import { countIssues, LIMIT_RULES, SELF_SIGNED_RULES } from './limits.js';
import { mappingIssues } from './mappings.js';
import { permissionIssues } from './permissions.js';
import { quote } from './quote.js';
import { error, type RuleTable, report } from './rule.js';
import { TRACE_RULES } from './trace.js';

const CLUSTER_TRAFFIC: ReadonlySet<string> = new Set(['', 'system', 'owner']);

/** G1: whose account carries the traffic between servers. */
export const CLUSTER_TRAFFIC_RULES: RuleTable<AccountBody> = {
  title: 'Cluster traffic',
  where: 'nats',
  rules: [
    error(
      'G1',
      'cluster_traffic',
      'The cluster traffic is neither "system" nor "owner".',
      ({ cluster_traffic: traffic }) =>
        !CLUSTER_TRAFFIC.has(traffic) &&
        `The cluster traffic ${quote(traffic)} is neither "system" nor "owner".`,
    ),
  ],
};

/** Judges an account, part by part in Go's order (jwt v2/account_claims.go AccountClaims.Validate); time apart. */
export function accountIssues(claims: AccountClaims, issues: Issue[]): void {
  const { nats } = claims;
  importIssues(claims, issues);
  exportIssues(nats.exports, issues);
  report(LIMIT_RULES, nats.limits, 'nats.limits', issues);
  permissionIssues(nats.default_permissions, 'nats.default_permissions', issues);
  mappingIssues(nats.mappings, issues);
  authorizationIssues(nats.authorization, issues);
  if (nats.trace !== null) report(TRACE_RULES, nats.trace, 'nats.trace', issues);
  countIssues(nats, issues);
  signingKeyIssues(nats.signing_keys, issues);
  report(INFO_RULES, nats, 'nats', issues);
  report(CLUSTER_TRAFFIC_RULES, nats, 'nats', issues);
  report(SELF_SIGNED_RULES, claims, '', issues);
}
