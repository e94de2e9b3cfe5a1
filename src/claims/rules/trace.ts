import { hasWildcards, subjectFindings } from '../subjects.js';
import type { MsgTrace } from '../types.js';
import { error, type RuleTable } from './rule.js';

/** T1–T3: where message traces of an account go, and how often (jwt v2/account_claims.go Account.Validate). */
export const TRACE_RULES: RuleTable<MsgTrace> = {
  title: 'Message tracing',
  where: 'nats.trace',
  rules: [
    error('T1', 'dest', 'The destination is missing or not a subject (S1–S4).', ({ dest }) =>
      subjectFindings(dest).slice(0, 1),
    ),
    error(
      'T2',
      'dest',
      'The destination has wildcards, so that nothing can be published to it.',
      ({ dest }) => hasWildcards(dest),
    ),
    error(
      'T3',
      'sampling',
      'The sampling is not a percentage from 1 to 100.',
      ({ sampling }) => sampling < 0 || sampling > 100,
    ),
  ],
};
