import { goAcceptsKey } from '../keys-go.js';
import { subjectFindings } from '../subjects.js';
import type { ActivationClaims } from '../types.js';
import { error, type RuleTable } from './rule.js';

/** V1–V3: an activation token, by itself or (I16) inside an import. Source: jwt v2/activation_claims.go. */
export const ACTIVATION_RULES: RuleTable<ActivationClaims> = {
  title: 'Activation tokens',
  where: '',
  rules: [
    error(
      'V1',
      'nats.kind',
      'The activation is neither for a stream nor for a service.',
      ({ nats }) => nats.kind === '',
    ),
    error('V2', 'nats.subject', 'The subject is not a subject (S1–S4).', ({ nats }) =>
      subjectFindings(nats.subject),
    ),
    error(
      'V3',
      'nats.issuer_account',
      'The issuer account is not an account key.',
      ({ nats }) => nats.issuer_account !== '' && !goAcceptsKey(nats.issuer_account, 'account'),
    ),
  ],
};
