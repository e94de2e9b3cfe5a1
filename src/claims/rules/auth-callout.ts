import { goAcceptsKey } from '../keys-go.js';
import type { AuthorizationRequestClaims, AuthorizationResponseClaims } from '../types.js';
import { error, type RuleTable } from './rule.js';

/** Q1: what a server asks an authorization service (jwt v2/authorization_claims.go). */
export const AUTHORIZATION_REQUEST_RULES: RuleTable<AuthorizationRequestClaims> = {
  title: 'Authorization requests',
  where: '',
  rules: [
    error(
      'Q1',
      'nats.user_nkey',
      'The user key is missing or not a user key.',
      ({ nats }) => !goAcceptsKey(nats.user_nkey, 'user'),
    ),
  ],
};

/** R1–R5: what an authorization service answers (jwt v2/authorization_claims.go). */
export const AUTHORIZATION_RESPONSE_RULES: RuleTable<AuthorizationResponseClaims> = {
  title: 'Authorization responses',
  where: '',
  rules: [
    error('R1', 'sub', 'The subject is not a user key.', ({ sub }) => !goAcceptsKey(sub, 'user')),
    error('R2', 'aud', 'The audience is not a server key.', ({ aud }) => !goAcceptsKey(aud, 'server')),
    error(
      'R3',
      'nats',
      'There is neither a user JWT nor an error.',
      ({ nats }) => nats.jwt === '' && nats.error === '',
    ),
    error(
      'R4',
      'nats',
      'There are both a user JWT and an error.',
      ({ nats }) => nats.jwt !== '' && nats.error !== '',
    ),
    error(
      'R5',
      'nats.issuer_account',
      'The issuer account is not an account key.',
      ({ nats }) => nats.issuer_account !== '' && !goAcceptsKey(nats.issuer_account, 'account'),
    ),
  ],
};
