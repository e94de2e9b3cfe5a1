import { Members } from './members.js';

/** How many accounts are in each state. Words that this program does not know count as not effective. */
export type Counts = Readonly<Record<AccountStateWord, number>>;

/** How an account stands with all servers, worst first. */
export const STATE_WORDS = ['pending', 'unknown', 'incomplete', 'expired', 'effective'] as const;
/** One of {@link STATE_WORDS}. */
export type AccountStateWord = (typeof STATE_WORDS)[number];

/** A nats-server as the service knows it. */
export interface ServerAnswer {
  readonly id: string;
  readonly name: string;
  readonly cluster: string;
  readonly version: string;
  /** `present`, `silent`, `leaving`, `gone`; another version of the service may know more. */
  readonly presence: string;
  /** Unix milliseconds. */
  readonly heardAtMs: number | undefined;
}

/** `GET /api/v1/fleet`. */
export interface FleetAnswer {
  readonly configured: boolean;
  readonly connected: boolean;
  /** Nothing published is pending, incomplete or unknown. */
  readonly effective: boolean;
  readonly servers: readonly ServerAnswer[];
  readonly accounts: Counts;
  /** As it came. */
  readonly json: unknown;
  /** The clock of the service, Unix milliseconds. */
  readonly atMs: number;
}

/** One account on one server. */
export interface CellAnswer {
  readonly id: string;
  readonly name: string;
  readonly effect: string;
  readonly provenAtMs: number | undefined;
  readonly acknowledged: string;
  readonly acknowledgedAtMs: number | undefined;
}

/** `GET /api/v1/fleet/accounts/<key>`: one account on all servers. */
export interface RowAnswer {
  readonly account: string;
  readonly name: string;
  readonly state: string;
  /** What the service is doing about it. */
  readonly work: string;
  /** Counts the texts that were published since the service started; older services do not tell. */
  readonly version: number | undefined;
  /** Since when a change is on its way. */
  readonly sinceMs: number | undefined;
  readonly servers: readonly CellAnswer[];
  readonly json: unknown;
}

/** One page of a list. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Where the next one begins; undefined when this was the last. */
  readonly next: string | undefined;
  readonly total: number;
}

/** What a list of accounts says of each, as far as names go. */
export interface NamedAccount {
  readonly account: string;
  readonly name: string;
}

/** @throws ShapeError; so do all that follow */
export function readFleet(json: unknown, atMs: number): FleetAnswer {
  const fleet = new Members(json);
  const configured = fleet.flag('configured');
  const accounts = configured ? fleet.object('accounts') : undefined;
  const count = (state: AccountStateWord) => accounts?.count(state) ?? 0;
  return {
    configured,
    connected: configured && fleet.flag('connected'),
    effective: configured && fleet.flag('effective'),
    servers: configured ? fleet.objects('servers').map(readServer) : [],
    accounts: {
      pending: count('pending'),
      unknown: count('unknown'),
      incomplete: count('incomplete'),
      expired: count('expired'),
      effective: count('effective'),
    },
    json,
    atMs,
  };
}

function readServer(server: Members): ServerAnswer {
  return {
    id: server.text('id'),
    name: server.text('name'),
    cluster: server.maybeText('cluster') ?? '',
    version: server.text('version'),
    presence: server.text('presence'),
    heardAtMs: server.maybeTime('heardAt'),
  };
}

/** Reads one account on all servers. */
export function readRow(json: unknown): RowAnswer {
  const row = new Members(json);
  return {
    account: row.text('account'),
    name: row.maybeText('name') ?? '',
    state: row.text('state'),
    work: row.text('work'),
    version: row.maybeCount('version'),
    sinceMs: row.maybeTime('since'),
    servers: row.objects('servers').map(readCell),
    json,
  };
}

function readCell(cell: Members): CellAnswer {
  return {
    id: cell.text('id'),
    name: cell.text('name'),
    effect: cell.text('effect'),
    provenAtMs: cell.maybeTime('proven'),
    acknowledged: cell.text('acknowledged'),
    acknowledgedAtMs: cell.maybeTime('acknowledgedAt'),
  };
}

/** Reads a page of `GET /api/v1/fleet/accounts`. */
export const readRows = (json: unknown): Page<RowAnswer> => readPage(json, readRow);

/** Reads a page of `GET /api/v1/accounts`. */
export const readNames = (json: unknown): Page<NamedAccount> => readPage(json, readName);

function readName(json: unknown): NamedAccount {
  const account = new Members(json);
  return { account: account.text('account'), name: account.maybeText('name') ?? '' };
}

function readPage<Entry>(json: unknown, readEntry: (entry: unknown) => Entry): Page<Entry> {
  const page = new Members(json);
  return {
    entries: page.list('accounts').map(readEntry),
    next: page.maybeText('next'),
    total: page.count('total'),
  };
}
