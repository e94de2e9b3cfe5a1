import {
  type AccountStateWord,
  type FleetAnswer,
  type NamedAccount,
  type Page,
  type RowAnswer,
  readFleet,
  readNames,
  readRow,
  readRows,
} from './answers.js';
import { explainStatus } from './explain.js';
import { type Answer, getJson, STRANGER } from './get-json.js';
import { ShapeError } from './members.js';
import { ServiceProblem } from './problem.js';
import { nameOf, type Service } from './service.js';

/** For an answer that nothing holds back. */
const ANSWER_MS = 10_000;
/** The API gives no larger page (rows of 1 to 1000). */
const LARGEST_PAGE = 1000;
/** Rows grow with the servers; so many cells make a page of a few MB. */
const CELLS_PER_PAGE = 20_000;

/** How long the service may hold back an answer until what was asked about is effective. */
export interface Wait {
  readonly waitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The fleet as a running service tells it. Every call throws a ServiceProblem when there is no good answer. */
export class FleetApi {
  constructor(readonly service: Service) {}

  /** The servers and how many accounts are in each state. */
  async fleet(wait: Wait = {}): Promise<FleetAnswer> {
    const { json, atMs } = await this.#ask('api/v1/fleet', {}, wait);
    if (json === undefined) throw explainStatus(this.service, 404, undefined);
    const fleet = this.#read(() => readFleet(json, atMs));
    if (!fleet.configured) throw new ServiceProblem(notConfigured(this.service));
    return fleet;
  }

  /** One account; undefined when none is published under that key. */
  async account(accountKey: string, wait: Wait = {}): Promise<RowAnswer | undefined> {
    const { json } = await this.#ask(`api/v1/fleet/accounts/${encodeURIComponent(accountKey)}`, {}, wait);
    return json === undefined ? undefined : this.#read(() => readRow(json));
  }

  /** Accounts in one of these states, page by page, in the order of their keys. */
  rows(
    states: readonly AccountStateWord[],
    serverCount: number,
    { limit = LARGEST_PAGE, signal }: { limit?: number; signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<readonly RowAnswer[]> {
    const fitting = Math.max(1, Math.floor(CELLS_PER_PAGE / Math.max(1, serverCount)));
    const query = { state: states.join(','), limit: String(Math.min(limit, fitting, LARGEST_PAGE)) };
    return this.#pages('api/v1/fleet/accounts', query, readRows, signal);
  }

  /** All accounts that are served, page by page. */
  names(signal?: AbortSignal): AsyncGenerator<readonly NamedAccount[]> {
    return this.#pages('api/v1/accounts', { limit: String(LARGEST_PAGE) }, readNames, signal);
  }

  async *#pages<Entry>(
    path: string,
    query: Readonly<Record<string, string>>,
    read: (json: unknown) => Page<Entry>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly Entry[]> {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { json } = await this.#ask(path, after === '' ? query : { ...query, after }, { signal });
      if (json === undefined) throw explainStatus(this.service, 404, undefined);
      const page: Page<Entry> = this.#read(() => read(json));
      yield page.entries;
      after = page.next;
    }
  }

  #ask(path: string, query: Readonly<Record<string, string>>, wait: Wait): Promise<Answer> {
    const { signal } = wait;
    const waitMs = Math.ceil(wait.waitMs ?? 0);
    const waiting = waitMs > 0 ? { ...query, wait: `${waitMs}ms` } : query;
    const search = new URLSearchParams(waiting).toString();
    const timeoutMs = ANSWER_MS + waitMs;
    return getJson(this.service, search === '' ? path : `${path}?${search}`, { timeoutMs, signal });
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof ShapeError)) throw cause;
      throw new ServiceProblem(
        `${nameOf(this.service)} answers something unexpected (${cause.message}): ${STRANGER}`,
        'lasting',
        { cause },
      );
    }
  }
}

function notConfigured(service: Service): string {
  return `the service at ${nameOf(service)} is not connected to NATS, so it cannot know what the nats-servers run: start it with --nats URL --creds FILE`;
}
