import type { Issue } from '../issues.js';
import { goAcceptsKey } from '../keys-go.js';
import { hasWildcards } from '../subjects.js';
import {
  type AccountBody,
  type AccountClaims,
  type Export,
  type JetStreamLimits,
  NO_LIMIT,
  type OperatorLimits,
} from '../types.js';
import { error, type RuleTable, report, warning } from './rule.js';

/** L1, L2: the limits by themselves; Go takes any number. Source: jwt v2/account_claims.go OperatorLimits. */
export const LIMIT_RULES: RuleTable<OperatorLimits> = {
  title: 'Limits',
  where: 'nats.limits',
  rules: [
    error(
      'L1',
      '',
      'There are JetStream limits both flat and in tiers.',
      (limits) => limits.tiered_limits.size > 0 && !isZero(jetStreamLimits(limits)),
    ),
    error('L2', 'tiered_limits[""]', 'A tier of JetStream limits has no name.', (limits) =>
      limits.tiered_limits.has(''),
    ),
  ],
};

/** A1–A3: what an account holds against what its operator allows. Absent limits are 0: nothing is allowed. */
export const COUNT_RULES: RuleTable<AccountBody> = {
  title: 'Counts',
  where: 'nats',
  rules: [
    error(
      'A1',
      'imports',
      'There are more imports than the limits of the account allow.',
      ({ imports, limits }) =>
        !isZero(limits) &&
        limits.imports >= 0 &&
        imports.length > limits.imports &&
        `There are ${imports.length} imports; the limits of the account allow ${limits.imports}.`,
    ),
    error(
      'A2',
      'imports',
      'There are more imports than allowed, or the limit is a negative number other than -1.',
      ({ imports, limits }) =>
        limits.imports !== NO_LIMIT &&
        imports.length > limits.imports &&
        `There are ${imports.length} imports, but the limit is ${limits.imports} (none given: 0; no limit: -1).`,
    ),
    error(
      'A3',
      'exports',
      'There are more exports than allowed, or the limit is a negative number other than -1.',
      ({ exports, limits }) =>
        limits.exports !== NO_LIMIT &&
        exports.length > limits.exports &&
        `There are ${exports.length} exports, but the limit is ${limits.exports} (none given: 0; no limit: -1).`,
    ),
  ],
};

/** A4: wildcards, which Go forbids only where the number of exports is limited. */
export const WILDCARD_RULES: RuleTable<Export> = {
  title: 'Wildcard exports',
  where: 'nats.exports[]',
  rules: [
    error('A4', 'subject', 'The export has wildcards, which the limits of the account forbid.', (entry) =>
      hasWildcards(entry.subject),
    ),
  ],
};

/** F1: who signs for itself has no operator to limit it. */
export const SELF_SIGNED_RULES: RuleTable<AccountClaims> = {
  title: 'Self-signed accounts',
  where: '',
  rules: [
    warning(
      'F1',
      'nats.limits',
      'A self-signed account carries limits, which only an operator can give.',
      ({ iss, nats }) => goAcceptsKey(iss, 'account') && !isZero(nats.limits),
    ),
  ],
};

/** Judges what an account holds against its limits. */
export function countIssues(nats: AccountBody, issues: Issue[]): void {
  report(COUNT_RULES, nats, 'nats', issues);
  if (!forbidsWildcards(nats.limits)) return;
  for (const [index, entry] of nats.exports.entries()) {
    if (entry !== null) report(WILDCARD_RULES, entry, `nats.exports[${index}]`, issues);
  }
}

/** Whether Go looks for wildcards in exports (A4), and crashes on a null export when doing so (H5). */
export function forbidsWildcards(limits: OperatorLimits): boolean {
  return limits.exports !== NO_LIMIT && !limits.wildcards;
}

function jetStreamLimits(limits: OperatorLimits): JetStreamLimits {
  const { mem_storage, disk_storage, streams, consumer, max_ack_pending } = limits;
  const { mem_max_stream_bytes, disk_max_stream_bytes, max_bytes_required } = limits;
  return {
    mem_storage,
    disk_storage,
    streams,
    consumer,
    max_ack_pending,
    mem_max_stream_bytes,
    disk_max_stream_bytes,
    max_bytes_required,
  };
}

/** Whether limits are "empty" to Go: every number 0, every switch off, no tiers. */
function isZero(limits: JetStreamLimits | OperatorLimits): boolean {
  return Object.values(limits).every(
    (value) => value === 0 || value === false || (value instanceof Map && value.size === 0),
  );
}
