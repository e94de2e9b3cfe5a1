import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { ACCOUNT_STATES } from '../../../fleet/account-state.js';
import { ACKNOWLEDGED, EFFECT } from '../../../fleet/states.js';
import { TOKEN_STATES } from './token-states.js';

// The answers of the API. The service imports the types alone (TypeBox takes longer to load than all the rest), which
// the compiler holds its answers to; the tests read every answer by its schema.

/** Times are ISO 8601 in UTC. */
const Time = Type.String({ format: 'date-time' });
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** Nothing is in an answer that is not in its schema. */
const closed = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });
const Count = Type.Integer({ minimum: 0 });
const ServerName = { id: Type.String(), name: Type.String() };

/** Where a server stands with us, as far as others see it: one that is gone is not in the list. */
const Presence = Type.Enum(['present', 'silent', 'leaving', 'gone']);
const AccountState = Type.Enum(ACCOUNT_STATES);

/** An error, whatever the route. */
export const ApiError = closed({ error: closed({ code: Type.String(), message: Type.String() }) });
/** As its schema. */
export type ApiError = Static<typeof ApiError>;

/** `GET /api/v1/fleet`. */
export const FleetAnswer = closed({
  /** False: the service knows of no NATS, and everything else here is empty. */
  configured: Type.Boolean(),
  connected: Type.Boolean(),
  /** Nothing that is published is pending, incomplete or unknown. */
  effective: Type.Boolean(),
  servers: Type.Array(
    closed({
      ...ServerName,
      cluster: Type.String(),
      version: Type.String(),
      startedAt: nullable(Time),
      presence: Presence,
      heardAt: Time,
    }),
  ),
  accounts: closed({
    effective: Count,
    incomplete: Count,
    expired: Count,
    pending: Count,
    unknown: Count,
  }),
  queued: Count,
  comparing: Count,
});
/** As its schema. */
export type FleetAnswer = Static<typeof FleetAnswer>;

/** One account on all servers: `GET /api/v1/fleet/accounts/<key>`, and an entry of the list. */
export const FleetAccount = closed({
  account: Type.String(),
  name: Type.String(),
  state: AccountState,
  /** Counts the tokens that were published for it since this process began; more than before: there is a new one. */
  version: Count,
  /** What is being done about it. */
  work: Type.String(),
  /** Since when the published token has been on its way, or something has been wrong; null: all is well. */
  since: nullable(Time),
  servers: Type.Array(
    closed({
      ...ServerName,
      /** What is known of the published token there. */
      effect: Type.Enum(EFFECT),
      /** When the server itself said so. */
      proven: nullable(Time),
      /** What it answered when it was sent the published token. */
      acknowledged: Type.Enum(ACKNOWLEDGED),
      acknowledgedAt: nullable(Time),
    }),
  ),
});
/** As its schema. */
export type FleetAccount = Static<typeof FleetAccount>;

/** One account as it is published: an entry of `GET /api/v1/accounts`. */
export const Account = closed({
  account: Type.String(),
  name: Type.String(),
  issuer: Type.String(),
  iat: Type.Integer(),
  issuedAt: nullable(Time),
  exp: nullable(Type.Integer()),
  expiresAt: nullable(Time),
  state: Type.Enum(TOKEN_STATES),
  /** Null: NATS is not configured. */
  fleet: nullable(AccountState),
  counts: closed({ imports: Count, exports: Count, revocations: Count, signingKeys: Count }),
});
/** As its schema. */
export type Account = Static<typeof Account>;

/** A page may hold less than was asked for; only `next` says whether it is the last. */
const page = <T extends TSchema>(entry: T) =>
  closed({ accounts: Type.Array(entry), next: nullable(Type.String()), total: Count });

/** `GET /api/v1/fleet/accounts`. */
export const FleetAccountsAnswer = page(FleetAccount);
/** `GET /api/v1/accounts`. */
export const AccountsAnswer = page(Account);
