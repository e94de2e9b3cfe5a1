/**
 * Claims as they stand after decoding: wire names, Go's zero values filled in (nats-io/jwt v2, *_claims.go).
 * A missing number is 0, a missing string is '', a missing list is empty: rules then read as they do in Go.
 */

/** A 64-bit integer: a `number` while it is a safe integer, a `bigint` beyond. Compare with `<`, `>`, `===`. */
export type Int64 = number | bigint;

/** `-1`: the limit is off (jwt v2/account_claims.go NoLimit). Other negative numbers are not. */
export const NO_LIMIT = -1;

/** Every claim type that the Go library decodes; `generic` is anything else. */
export type ClaimKind =
  | 'operator'
  | 'account'
  | 'user'
  | 'activation'
  | 'authorization_request'
  | 'authorization_response'
  | 'generic';

/** The common fields (v2/claims.go ClaimsData). Times are Unix seconds; 0 means absent. */
export interface StandardClaims {
  readonly aud: string;
  readonly exp: Int64;
  readonly jti: string;
  readonly iat: Int64;
  readonly iss: string;
  readonly name: string;
  readonly nbf: Int64;
  readonly sub: string;
}

/** The fields that every typed body carries (v2 GenericFields). */
export interface GenericFields {
  readonly type: string;
  readonly version: Int64;
  readonly tags: readonly string[];
}

/** What people may read about an export or an account; the URL is only checked (v2/types.go Info). */
export interface Info {
  readonly description: string;
  readonly info_url: string;
}

/** `stream` or `service`; '' when the token names none (Go: Unknown). */
export type ExportType = 'stream' | 'service' | '';

/** A subject of another account that this one may use (v2/imports.go). `token` is an activation that allows it. */
export interface Import {
  readonly name: string;
  readonly subject: string;
  readonly account: string;
  readonly token: string;
  readonly to: string;
  readonly local_subject: string;
  readonly type: ExportType;
  readonly share: boolean;
  readonly allow_trace: boolean;
}

/** Who is told how long a service takes (v2/exports.go): `sampling` in percent of the requests, `results` a subject. */
export interface ServiceLatency {
  /** 0 means `headers`. */
  readonly sampling: Int64;
  readonly results: string;
}

/** A subject that other accounts may import (v2/exports.go). */
export interface Export extends Info {
  readonly name: string;
  readonly subject: string;
  readonly type: ExportType;
  readonly token_req: boolean;
  readonly revocations: ReadonlyMap<string, Int64>;
  readonly response_type: string;
  /** Nanoseconds. */
  readonly response_threshold: Int64;
  readonly service_latency: ServiceLatency | null;
  readonly account_token_position: Int64;
  readonly advertise: boolean;
  readonly allow_trace: boolean;
}

/** What an account may store, in bytes and counts; -1 is no limit, 0 storage turns JetStream off (v2/account_claims.go). */
export interface JetStreamLimits {
  readonly mem_storage: Int64;
  readonly disk_storage: Int64;
  readonly streams: Int64;
  readonly consumer: Int64;
  readonly max_ack_pending: Int64;
  readonly mem_max_stream_bytes: Int64;
  readonly disk_max_stream_bytes: Int64;
  readonly max_bytes_required: boolean;
}

/** `nats.limits`: NATS, account and JetStream limits in one flat object. */
export interface OperatorLimits extends JetStreamLimits {
  readonly subs: Int64;
  readonly data: Int64;
  readonly payload: Int64;
  readonly imports: Int64;
  readonly exports: Int64;
  readonly wildcards: boolean;
  readonly disallow_bearer: boolean;
  readonly conn: Int64;
  readonly leaf: Int64;
  readonly tiered_limits: ReadonlyMap<string, JetStreamLimits>;
}

/** Subjects allowed and denied; both empty means all (v2/types.go). */
export interface Permission {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** How many answers to a request are allowed beyond the permissions, and for how long (v2/types.go). */
export interface ResponsePermission {
  readonly max: Int64;
  /** Nanoseconds. */
  readonly ttl: Int64;
}

/** What clients may publish and subscribe to (v2/types.go). */
export interface Permissions {
  readonly pub: Permission;
  readonly sub: Permission;
  readonly resp: ResponsePermission | null;
}

/** A time of day within which a user may connect, `HH:MM:SS` each (v2/types.go). */
export interface TimeRange {
  readonly start: string;
  readonly end: string;
}

/** Limits of a user, and of the template of a scoped signing key (absent numbers there are -1). */
export interface UserPermissionLimits extends Permissions {
  readonly src: readonly string[];
  readonly times: readonly TimeRange[];
  readonly times_location: string;
  readonly subs: Int64;
  readonly data: Int64;
  readonly payload: Int64;
  readonly bearer_token: boolean;
  readonly proxy_required: boolean;
  readonly allowed_connection_types: readonly string[];
}

/** A signing key with a scope (`user_scope`) and the template that its users get. */
export interface UserScope {
  readonly kind: string;
  readonly key: string;
  readonly role: string;
  readonly template: UserPermissionLimits;
  readonly description: string;
}

/** One target of a subject mapping, with its share in percent (v2/account_claims.go). */
export interface WeightedMapping {
  readonly subject: string;
  /** 0 means 100. */
  readonly weight: Int64;
  readonly cluster: string;
}

/** Authorization callout: the users that serve it, and the accounts it may place users in (v2/account_claims.go). */
export interface ExternalAuthorization {
  readonly auth_users: readonly string[];
  readonly allowed_accounts: readonly string[];
  readonly xkey: string;
}

/** Where traces of messages go, and how many in percent (v2/account_claims.go). */
export interface MsgTrace {
  readonly dest: string;
  readonly sampling: Int64;
}

/** `nats` of an account token (v2/account_claims.go Account). */
export interface AccountBody extends GenericFields, Info {
  readonly imports: readonly (Import | null)[];
  readonly exports: readonly (Export | null)[];
  readonly limits: OperatorLimits;
  /** By key, in the order of the token; `null` for a plain key (a later entry for a key replaces an earlier one). */
  readonly signing_keys: ReadonlyMap<string, UserScope | null>;
  readonly revocations: ReadonlyMap<string, Int64>;
  readonly default_permissions: Permissions;
  readonly mappings: ReadonlyMap<string, readonly WeightedMapping[]>;
  readonly authorization: ExternalAuthorization;
  readonly trace: MsgTrace | null;
  readonly cluster_traffic: string;
}

/** `nats` of an operator token (v2/operator_claims.go Operator). */
export interface OperatorBody extends GenericFields {
  readonly signing_keys: readonly string[];
  readonly account_server_url: string;
  readonly operator_service_urls: readonly string[];
  readonly system_account: string;
  readonly assert_server_version: string;
  readonly strict_signing_key_usage: boolean;
}

/** `nats` of a user token (v2/user_claims.go User). */
export interface UserBody extends GenericFields, UserPermissionLimits {
  readonly issuer_account: string;
}

/** `nats` of an activation token: an exporter allows another account to import (v2/activation_claims.go Activation). */
export interface ActivationBody extends GenericFields {
  /** The import subject. */
  readonly subject: string;
  readonly kind: ExportType;
  readonly issuer_account: string;
}

/** What an account token says; `sub` is the account. */
export interface AccountClaims extends StandardClaims {
  readonly kind: 'account';
  readonly nats: AccountBody;
}
/** What an operator token says; `sub` is the operator. */
export interface OperatorClaims extends StandardClaims {
  readonly kind: 'operator';
  readonly nats: OperatorBody;
}
/** What a user token says; `sub` is the user. */
export interface UserClaims extends StandardClaims {
  readonly kind: 'user';
  readonly nats: UserBody;
}
/** What an activation token says; `sub` is the importing account. */
export interface ActivationClaims extends StandardClaims {
  readonly kind: 'activation';
  readonly nats: ActivationBody;
}

/** `nats` of an authorization request: only what Validate looks at (v2/authorization_claims.go). */
export interface AuthorizationRequestClaims extends StandardClaims {
  readonly kind: 'authorization_request';
  readonly nats: GenericFields & { readonly user_nkey: string };
}
/** What the answer to an authorization request says: a user token or an error. */
export interface AuthorizationResponseClaims extends StandardClaims {
  readonly kind: 'authorization_response';
  readonly nats: GenericFields & {
    readonly jwt: string;
    readonly error: string;
    readonly issuer_account: string;
  };
}

/** A token of a type of its own; `nats` is free JSON, numbers as Go reads them into a map (float64). */
export interface GenericClaims extends StandardClaims {
  readonly kind: 'generic';
  readonly nats: ReadonlyMap<string, unknown>;
}

/** What a token says, whatever its type; `kind` tells which. */
export type Claims =
  | OperatorClaims
  | AccountClaims
  | UserClaims
  | ActivationClaims
  | AuthorizationRequestClaims
  | AuthorizationResponseClaims
  | GenericClaims;
