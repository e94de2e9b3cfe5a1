import type { AccountService, Clock, Log } from '../accounts/ports.js';
import type { Credentials } from './credentials.js';
import type { FleetReport } from './fleet-report.js';

/** Counts answered requests; observability gives the real one. */
export interface RequestMeter {
  /** `route` is a pattern (`/jwt/v1/accounts/:accountKey`) or `unknown`, so that labels stay few. */
  request(route: string, method: string, status: number, seconds: number): void;
}

/** What `GET /metrics` answers. */
export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}

/** What this room needs of the others. */
export interface HttpPorts {
  readonly accounts: Pick<
    AccountService,
    'published' | 'operator' | 'writable' | 'admit' | 'readiness' | 'whole'
  >;
  /** What each nats-server runs; undefined when NATS is not configured. */
  readonly fleet?: FleetReport | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: RequestMeter;
  /** Sends the notice of an account again; returns at once and never throws. */
  notify(accountKey: string): void;
  metrics(): Promise<MetricsPage>;
}

/** Who may push, besides whoever shows a certificate of {@link TlsMaterial.clientCa}. The JWT must be trusted anyway. */
export type PushRights = { readonly kind: 'none' } | Credentials;

/** PEM texts. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /**
   * When set, pushes need a certificate that this authority signed, or the configured {@link PushRights}; reading stays
   * open to all.
   */
  readonly clientCa?: string | undefined;
}

/** How long things may take, in milliseconds. */
export interface HttpTimeouts {
  /** How long an idle connection is kept; nats-server keeps its own for 30 s, so this has to be more. */
  readonly keepAliveMs: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestMs: number;
  /** Without any progress of an answer that a client does not read. */
  readonly stallMs: number;
  /** For the rest of a body after an answer that did not wait for its end. */
  readonly restMs: number;
  /** On closing, a connection used this recently may have a request under way and gets the chance to be answered. */
  readonly lingerMs: number;
  /** On closing, requests still running after this are cut off. */
  readonly drainMs: number;
}

/** What holds unless told otherwise. */
export const DEFAULT_TIMEOUTS: HttpTimeouts = {
  keepAliveMs: 75_000,
  headersMs: 5_000,
  requestMs: 10_000,
  stallMs: 60_000,
  restMs: 2_000,
  lingerMs: 1_000,
  drainMs: 8_000,
};

/** A token of the largest size that Go decodes (1 MiB, jwt v2/decoder.go) and some line ends. */
export const DEFAULT_BODY_LIMIT_BYTES = 1_048_576 + 1_024;

/** As the Go account server's `maxreplicationpack`. */
export const DEFAULT_MAX_PACK = 10_000;

/** So that the bodies of one address that are being sent take 64 MiB at most. */
export const DEFAULT_PUSHES_PER_ADDRESS = 64;

/** Where HTTP listens and what it allows. */
export interface HttpOptions {
  /** A name or an address; `localhost` means every loopback address there is. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls?: TlsMaterial | undefined;
  readonly pushRights?: PushRights | undefined;
  /** What the API (`/api/v1`) needs; undefined: it answers programs on this machine alone, and nobody unless `host` is loopback. */
  readonly adminToken?: string | undefined;
  /** Origins whose pages may read answers, compared exactly; `*`: all. Account JWTs tell who talks to whom. */
  readonly corsOrigins?: readonly string[] | undefined;
  readonly bodyLimitBytes?: number | undefined;
  /** The most pushes of one remote address that are open at a time; 0: any number. Reading is never limited. */
  readonly pushesPerAddress?: number | undefined;
  /** The most accounts that one pack holds; negative: no limit. */
  readonly maxPack?: number | undefined;
  readonly timeouts?: Partial<HttpTimeouts> | undefined;
}
