/** Structured logging, in the shape of pino: facts first, then one sentence. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Undoes a scheduled call; harmless when it has run. */
export type Cancel = () => void;

/** Time and chance, so that a test can drive both. */
export interface FleetClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs something once, later. */
  after(delayMs: number, run: () => void): Cancel;
  /** At least 0, less than 1; spreads retries. */
  random(): number;
}

/** What is published for one account: what every server should run. */
export interface PublishedText {
  /** The whole token; identity is the text. May be made anew each time. */
  readonly text: string;
  /** Accounts that this one imports from. */
  readonly exporters: readonly string[];
  /** Its `iat`: of two accounts the one that changed later is the more likely to be owed to servers. */
  readonly issuedAtSeconds: number;
  /** When a server last fetched the account over HTTP, whatever the version; 0: never. */
  readonly lastServedAtMs: number;
}

/** What is published now. */
export interface Publications {
  /** How many accounts are published. */
  readonly size: number;
  get(accountKey: string): PublishedText | undefined;
  /** The keys of all published accounts, in any order. */
  keys(): Iterable<string>;
}

/** Whose text servers shall run. */
export type Precedence =
  /** What is published takes its place. */
  | 'ours'
  /** It stays: it is published by now, or it is trusted and newer than ours but cannot be kept here. */
  | 'theirs';

/** Judges texts that servers run while another one is published. */
export interface StrangeTexts {
  /** Never rejects. What is to be published is published when the promise resolves. */
  judge(accountKey: string, text: string): Promise<Precedence>;
}

/** Nobody but us has a say. */
export const OURS_ALWAYS: StrangeTexts = { judge: async () => 'ours' };

/** Who a server is, as it says in its answers and events. */
export interface ServerFacts {
  /** `N…`; a server that restarts has another. */
  readonly id: string;
  readonly name: string;
  /** Empty when it is in none. */
  readonly cluster: string;
  readonly version: string;
  /** When the server process began; only some messages tell. */
  readonly startedAt?: string;
}

/** What a server answered to an update. */
export type UpdateResult =
  /** It says that it took the token: receipt, not effect. */
  | 'applied'
  /** It does not have the account; it will fetch when it needs it. */
  | 'not_loaded'
  | 'failed'
  /** Another account server stored it; no nats-server. */
  | 'account_server'
  /** An answer that no known server gives. */
  | 'unknown';

/** One server's answer to an update. */
export interface UpdateAnswer {
  readonly server: ServerFacts;
  readonly result: UpdateResult;
  /** The server's own words. */
  readonly text: string;
}

/** What a server says it runs for an account. */
export type Loaded =
  | { readonly kind: 'not_loaded' }
  | {
      readonly kind: 'loaded';
      /** Undefined for a placeholder: the server has heard of the account, but holds no token. */
      readonly jwt: string | undefined;
      /** All its imports are resolved. */
      readonly complete: boolean;
      readonly expired: boolean;
    }
  | { readonly kind: 'failed'; readonly text: string };

/** One server's word on what it runs for an account. */
export interface LoadedAnswer {
  readonly server: ServerFacts;
  readonly loaded: Loaded;
}

/** Why no more answers are waited for. */
export type GatherEnd =
  /** All who were waited for have answered. */
  | 'complete'
  | 'deadline'
  /** The connection went away: silence proves nothing. */
  | 'lost'
  /** The user may not send this request. */
  | 'denied'
  /** Nobody listens on the subject: most likely the user is not in the system account. */
  | 'nobody'
  /** The connection refuses to send it (too large). */
  | 'unsendable';

/** The answers to one request that many may answer. */
export interface Gathered<Answer> {
  readonly answers: readonly Answer[];
  readonly end: GatherEnd;
}

/** What the wire reports by itself. */
export type WireEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected' }
  /** A sign of life. */
  | { readonly kind: 'server_seen'; readonly server: ServerFacts }
  /** It takes no new clients and will end soon. */
  | { readonly kind: 'server_leaving'; readonly serverId: string }
  | { readonly kind: 'server_gone'; readonly serverId: string }
  /** Somebody else sent an update for an account: what the servers run may have changed. */
  | { readonly kind: 'foreign_update'; readonly accountKey: string };

/** What the fleet needs of the wire. No call rejects; each ends by a deadline of the wire's own. */
export interface FleetWire {
  connected(): boolean;
  /** One listener; events come one at a time and never from inside a call. */
  listen(listener: (event: WireEvent) => void): void;
  /** Asks all servers to show themselves: each answer comes as a `server_seen` event before the promise resolves. */
  discover(): Promise<GatherEnd>;
  /** Sends an update to all servers; ends as soon as the awaited servers have answered. */
  update(accountKey: string, text: string, awaited: ReadonlySet<string>): Promise<Gathered<UpdateAnswer>>;
  /** The names of all accounts one server has loaded: one answer, or none. */
  loadedAccounts(serverId: string): Promise<Gathered<readonly string[]>>;
  /** What one server, or (given the set to wait for) every server, runs for an account. Loads nothing. */
  loadedJwt(accountKey: string, asked: string | ReadonlySet<string>): Promise<Gathered<LoadedAnswer>>;
}

/** Counts in the words of this room; observability gives the real one. */
export interface FleetMeter {
  /** One server's answer, or its silence, to one notice. */
  notice(result: UpdateResult | 'silent'): void;
  /** How many servers are in which state, after each change. */
  servers(counts: Readonly<Record<'present' | 'silent' | 'leaving', number>>): void;
  /** A server that ran something else than what is published runs the published text now. */
  driftRepaired(): void;
  /** From publication until every server that has the account runs it. */
  propagated(seconds: number): void;
}

/** A meter that counts nothing. */
export const NO_FLEET_METER: FleetMeter = { notice() {}, servers() {}, driftRepaired() {}, propagated() {} };

/** How hard the fleet works. */
export interface FleetOptions {
  /** Notices begun per second at most. */
  readonly noticesPerSecond: number;
  /** Comparisons of loaded with published text, in servers asked per second. */
  readonly comparisonsPerSecond: number;
  /** Requests that compare, under way at once. */
  readonly comparisonsAtOnce: number;
  /** Between two looks at the whole fleet; spread by a fifth either way. */
  readonly repairIntervalMs: number;
  /** A proof older than this is renewed when the repair timer comes by. */
  readonly proofMaxAgeMs: number;
  /** Back-off for a notice that was refused or had no effect. */
  readonly retryFirstMs: number;
  readonly retryMostMs: number;
  /**
   * Back-off between calls to a silent server. One whose routes were cut announces nothing when it is back (its peers
   * still know it, nats-server server/events.go processNewServer), so this is how soon it is looked at.
   */
  readonly probeFirstMs: number;
  readonly probeMostMs: number;
  /** A server unheard for so long is forgotten; nats-servers drop each other after 150 s (server/events.go). */
  readonly forgetAfterMs: number;
  /** An account fetched this shortly before a change may still be on its way to a server in the older version. */
  readonly servedShortlyMs: number;
  /** When to look again then: a server's fetch ends after 1.9 s (server/accounts.go, DEFAULT_ACCOUNT_FETCH_TIMEOUT). */
  readonly secondLookMs: number;
}

/** Gentle on a large fleet, quick enough for a person who waits. */
export const DEFAULT_FLEET_OPTIONS: FleetOptions = {
  noticesPerSecond: 100,
  comparisonsPerSecond: 3_000,
  comparisonsAtOnce: 32,
  repairIntervalMs: 60_000,
  proofMaxAgeMs: 600_000,
  retryFirstMs: 500,
  retryMostMs: 60_000,
  probeFirstMs: 1_000,
  probeMostMs: 1_500,
  forgetAfterMs: 180_000,
  servedShortlyMs: 5_000,
  secondLookMs: 2_100,
};
