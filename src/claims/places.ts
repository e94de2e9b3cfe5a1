import type { KeyKind } from './keys.js';
import { quote } from './rules/quote.js';
import type { AccountBody, AccountClaims, Claims, Permissions } from './types.js';

/** A key in claims that the Go library checks. */
export interface KeyPlace {
  readonly path: string;
  readonly text: string;
  readonly kind: KeyKind;
}

/** A NATS subject in claims. */
export interface SubjectPlace {
  readonly path: string;
  readonly subject: string;
}

/** Every key in the claims that Go's Validate looks at; `iss`, which decoding looks at, apart. */
export function* keysIn(claims: Claims): Generator<KeyPlace> {
  switch (claims.kind) {
    case 'account':
      yield* accountKeys(claims.nats);
      break;
    case 'operator':
      yield* listed(claims.nats.signing_keys, 'nats.signing_keys', 'operator');
      yield { path: 'nats.system_account', text: claims.nats.system_account, kind: 'account' };
      break;
    case 'authorization_request':
      yield { path: 'nats.user_nkey', text: claims.nats.user_nkey, kind: 'user' };
      break;
    case 'authorization_response':
      yield { path: 'sub', text: claims.sub, kind: 'user' };
      yield { path: 'aud', text: claims.aud, kind: 'server' };
      yield { path: 'nats.issuer_account', text: claims.nats.issuer_account, kind: 'account' };
      break;
    case 'user':
    case 'activation':
      yield { path: 'nats.issuer_account', text: claims.nats.issuer_account, kind: 'account' };
      break;
    case 'generic':
      break;
  }
}

function* accountKeys({ signing_keys: keys, authorization }: AccountBody): Generator<KeyPlace> {
  for (const key of keys.keys()) {
    yield { path: `nats.signing_keys[${quote(key)}]`, text: key, kind: 'account' };
  }
  const path = 'nats.authorization';
  yield* listed(authorization.auth_users, `${path}.auth_users`, 'user');
  yield* listed(authorization.allowed_accounts, `${path}.allowed_accounts`, 'account');
  yield { path: `${path}.xkey`, text: authorization.xkey, kind: 'curve' };
}

function* listed(texts: readonly string[], path: string, kind: KeyKind): Generator<KeyPlace> {
  for (const [index, text] of texts.entries()) yield { path: `${path}[${index}]`, text, kind };
}

/** Every NATS subject in the claims, also those that Go's Validate passes over. */
export function* subjectsIn(claims: Claims): Generator<SubjectPlace> {
  switch (claims.kind) {
    case 'account':
      yield* importSubjects(claims.nats);
      yield* exportSubjects(claims.nats);
      yield* mappingSubjects(claims.nats);
      yield* permissionSubjects(claims.nats.default_permissions, 'nats.default_permissions');
      yield* templateSubjects(claims);
      yield { path: 'nats.trace.dest', subject: claims.nats.trace?.dest ?? '' };
      break;
    case 'activation':
      yield { path: 'nats.subject', subject: claims.nats.subject };
      break;
    case 'user':
      yield* permissionSubjects(claims.nats, 'nats');
      break;
    default:
      break;
  }
}

function* importSubjects({ imports }: AccountBody): Generator<SubjectPlace> {
  for (const [index, entry] of imports.entries()) {
    if (entry === null) continue;
    const path = `nats.imports[${index}]`;
    yield { path: `${path}.subject`, subject: entry.subject };
    yield { path: `${path}.to`, subject: entry.to };
    yield { path: `${path}.local_subject`, subject: entry.local_subject };
  }
}

function* exportSubjects({ exports }: AccountBody): Generator<SubjectPlace> {
  for (const [index, entry] of exports.entries()) {
    if (entry === null) continue;
    const path = `nats.exports[${index}]`;
    yield { path: `${path}.subject`, subject: entry.subject };
    yield { path: `${path}.service_latency.results`, subject: entry.service_latency?.results ?? '' };
  }
}

function* mappingSubjects({ mappings }: AccountBody): Generator<SubjectPlace> {
  for (const [subject, targets] of mappings) {
    const path = `nats.mappings[${quote(subject)}]`;
    yield { path, subject };
    for (const [index, target] of targets.entries()) {
      yield { path: `${path}[${index}].subject`, subject: target.subject };
    }
  }
}

function* templateSubjects({ nats }: AccountClaims): Generator<SubjectPlace> {
  for (const [key, scope] of nats.signing_keys) {
    if (scope !== null)
      yield* permissionSubjects(scope.template, `nats.signing_keys[${quote(key)}].template`);
  }
}

function* permissionSubjects({ pub, sub }: Permissions, path: string): Generator<SubjectPlace> {
  const lists = {
    'pub.allow': pub.allow,
    'pub.deny': pub.deny,
    'sub.allow': sub.allow,
    'sub.deny': sub.deny,
  };
  for (const [name, list] of Object.entries(lists)) {
    for (const [index, subject] of list.entries()) {
      yield { path: `${path}.${name}[${index}]`, subject };
    }
  }
}
