import type { ActivationBody, Claims, OperatorBody, UserBody } from '../../claims/types.js';
import { printableJson } from '../printable.js';
import type { Row } from '../table.js';
import { accountSections } from './account.js';
import { describeBytes, describeLimit } from './limits.js';
import { permissionRows } from './permissions.js';
import { fact, listed, type Section } from './section.js';

/** What the body of a token says, whatever its kind. */
export function bodySections(claims: Claims, nowSeconds: number): Section[] {
  switch (claims.kind) {
    case 'account':
      return accountSections(claims.nats, nowSeconds);
    case 'operator':
      return operatorSections(claims.nats);
    case 'user':
      return userSections(claims.nats);
    case 'activation':
      return [{ title: 'Activation', rows: activationRows(claims.nats) }];
    case 'authorization_request':
      return [{ title: 'Request', rows: fact('user', claims.nats.user_nkey) }];
    case 'authorization_response':
      return [
        {
          title: 'Response',
          rows: [...fact('error', claims.nats.error), ...fact('account', claims.nats.issuer_account)],
        },
      ];
    case 'generic':
      return [
        {
          title: 'Content',
          rows: [...claims.nats].map(([name, value]): Row => [name, printableJson(value)]),
        },
      ];
  }
}

function operatorSections(body: OperatorBody): Section[] {
  const about: Row[] = [
    ...fact('system account', body.system_account),
    ...fact('account server', body.account_server_url),
    ...listed('nats-servers', body.operator_service_urls),
    ...fact('nats-server at least', body.assert_server_version),
    [
      'accounts are signed by',
      body.strict_signing_key_usage ? 'signing keys only' : 'the operator or a signing key',
    ],
  ];
  return [
    { title: 'Operator', rows: about },
    { title: 'Signing keys', rows: body.signing_keys.map((key): Row => [key]) },
  ];
}

function userSections(body: UserBody): Section[] {
  const about: Row[] = [
    ...fact('account', body.issuer_account),
    ['bearer', body.bearer_token ? 'yes: whoever has the token may connect' : 'no'],
    ...fact('through a proxy', body.proxy_required ? 'only' : ''),
    ...listed('connects by', body.allowed_connection_types),
    ...listed('connects from', body.src),
    ...listed(
      'connects at',
      body.times.map(({ start, end }) => `${start}–${end} ${body.times_location}`.trimEnd()),
    ),
  ];
  const limits: Row[] = [
    ['subscriptions', describeLimit(body.subs)],
    ['payload', describeBytes(body.payload)],
    ['data', describeBytes(body.data)],
  ];
  return [
    { title: 'User', rows: about },
    { title: 'Limits', rows: limits },
    { title: 'Permissions', rows: permissionRows(body) },
  ];
}

function activationRows(body: ActivationBody): Row[] {
  return [
    ...fact('type', body.kind),
    ...fact('subject', body.subject),
    ...fact('exported by', body.issuer_account),
  ];
}
