import type { AccountBody, Export, Import, UserScope } from '../../claims/types.js';
import type { Row } from '../table.js';
import { limitSections } from './limits.js';
import { permissionRows } from './permissions.js';
import { fact, listed, type Section, withHead } from './section.js';
import { describeTime } from './times.js';

/** What an account JWT says beyond the facts that every token has. */
export function accountSections(body: AccountBody, nowSeconds: number): Section[] {
  return [
    { title: 'Account', rows: aboutRows(body) },
    ...limitSections(body.limits),
    {
      title: 'Exports',
      rows: withHead(['name', 'type', 'subject', 'who', 'more'], body.exports.map(exportRow)),
    },
    {
      title: 'Imports',
      rows: withHead(['name', 'type', 'subject', 'from', 'as'], body.imports.map(importRow)),
    },
    { title: 'Signing keys', rows: [...body.signing_keys].map(([key, scope]) => signingKeyRow(key, scope)) },
    { title: 'Default permissions', rows: permissionRows(body.default_permissions) },
    { title: 'Mappings', rows: mappingRows(body) },
    { title: 'Revocations', rows: revocationRows(body, nowSeconds) },
  ];
}

function aboutRows({ description, info_url, authorization, trace, cluster_traffic }: AccountBody): Row[] {
  return [
    ...fact('description', description),
    ...fact('more at', info_url),
    ...listed('auth callout users', authorization.auth_users),
    ...listed('auth callout accounts', authorization.allowed_accounts),
    ...fact('auth callout xkey', authorization.xkey),
    ...fact('traces go to', trace?.dest ?? ''),
    ...fact('cluster traffic', cluster_traffic),
  ];
}

function exportRow(entry: Export | null): Row {
  if (entry === null) return ['(null)'];
  const more = [
    entry.response_type !== '' && `answers ${entry.response_type}`,
    entry.account_token_position > 0 && `account at position ${entry.account_token_position}`,
    entry.service_latency !== null && `latency to ${entry.service_latency.results}`,
    entry.revocations.size > 0 && `${entry.revocations.size} revoked`,
    entry.advertise && 'advertised',
  ];
  const who = entry.token_req ? 'with a token' : 'everybody';
  return [entry.name, entry.type, entry.subject, who, more.filter(Boolean).join(', ')];
}

function importRow(entry: Import | null): Row {
  if (entry === null) return ['(null)'];
  const local = entry.local_subject || entry.to;
  const token = entry.token === '' ? '' : ' (with a token)';
  return [entry.name, entry.type, entry.subject, entry.account + token, local];
}

function signingKeyRow(key: string, scope: UserScope | null): Row {
  if (scope === null) return [key];
  const role = scope.role === '' ? 'scoped' : `role ${scope.role}`;
  return [key, role, scope.description];
}

function mappingRows({ mappings }: AccountBody): Row[] {
  return [...mappings].flatMap(([from, targets]) =>
    targets.map(({ subject, weight, cluster }): Row => {
      const share = `${weight === 0 ? 100 : weight} %`;
      return [from, `→ ${subject}`, share, cluster === '' ? '' : `in ${cluster}`];
    }),
  );
}

function revocationRows({ revocations }: AccountBody, nowSeconds: number): Row[] {
  return [...revocations].map(([user, before]): Row => {
    const issued = `issued until ${describeTime(before, 'the beginning', nowSeconds)}`;
    return [user === '*' ? 'all users' : user, issued];
  });
}
