import { Checks } from './checks.js';
import { MACHINE_CLOCK } from './clock.js';
import type { FleetContext } from './context.js';
import { Delivery } from './delivery.js';
import { Grid } from './grid.js';
import { IncompleteImporters } from './incomplete-importers.js';
import {
  DEFAULT_FLEET_OPTIONS,
  type FleetClock,
  type FleetMeter,
  type FleetOptions,
  type FleetWire,
  type Log,
  NO_FLEET_METER,
  type Publications,
  type WireEvent,
} from './ports.js';
import { Repair } from './repair.js';
import { RollCall } from './roll-call.js';
import { Servers } from './servers.js';
import {
  type AccountsPage,
  type AccountView,
  type AccountViews,
  type FleetStatus,
  viewAccount,
  viewAccounts,
  viewStatus,
} from './views.js';

/** A foreign update takes a moment to reach the servers far from us. */
const FOREIGN_UPDATE_MS = 250;

const WHY_BLIND = {
  denied: 'the NATS user may not ask them',
  nobody: 'no server answers, so the NATS user is most likely not one of the system account',
} as const;

/** What a fleet is made of; what is left out has a sensible default. */
export interface FleetParts {
  readonly wire: FleetWire;
  readonly publications: Publications;
  readonly log: Log;
  readonly meter?: FleetMeter;
  readonly clock?: FleetClock;
  readonly options?: Partial<FleetOptions>;
}

/** What became of a wish to notify. */
export type Notified =
  /** Every server will be told. */
  | 'queued'
  /** No server can be reached; when one can, it is compared and gets what it lacks. */
  | 'away'
  /** Nothing is published for that account. */
  | 'unknown';

/**
 * Makes every reachable nats-server run exactly what is published. No call waits for the network, none throws.
 *
 * Changes go out as notices; what servers then run is proven by asking them. What is owed after an outage, or a restart
 * of either side, follows from comparing what servers run with what is published, never from a queue.
 */
export class Fleet {
  readonly #context: FleetContext;
  readonly #delivery: Delivery;
  readonly #checks: Checks;
  readonly #repair: Repair;
  readonly #rollCall: RollCall;
  #state: 'new' | 'started' | 'closed' = 'new';

  constructor(parts: FleetParts) {
    const { wire, publications, log, meter = NO_FLEET_METER, clock = MACHINE_CLOCK } = parts;
    const options = { ...DEFAULT_FLEET_OPTIONS, ...parts.options };
    const servers = new Servers(
      {
        arrived: (server) => this.#repair.look(server),
        fellSilent: (server) => this.#repair.callLater(server),
        left: () => this.#context.grid.settleAll(),
      },
      clock,
      meter,
      log,
    );
    const grid = new Grid(servers, publications, clock, meter, options);
    const context = { wire, publications, servers, grid, meter, log, clock, options };
    this.#context = context;
    this.#delivery = new Delivery(context, {
      prove: (row) => this.#checks.prove(row),
      conclude: (row) => this.#checks.conclude(row, []),
    });
    this.#checks = new Checks(context, this.#delivery, new IncompleteImporters(context, this.#delivery));
    this.#repair = new Repair(context, this.#checks, () => this.#sendBlindly('denied'));
    this.#rollCall = new RollCall(context, this.#repair, (end) => this.#sendBlindly(end));
  }

  /** Begins to follow the servers. Changes before this need not be told: comparing finds them. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.#context.wire.listen((event) => this.#heard(event));
    if (this.#context.wire.connected()) this.#heard({ kind: 'connected' });
  }

  /** The account was published in another version, or withdrawn. */
  changed(accountKey: string): void {
    if (this.#state !== 'started') return;
    const { grid, publications, clock, options } = this.#context;
    const published = publications.get(accountKey);
    const before = grid.get(accountKey);
    const versionBefore = before?.version ?? 0;
    const row = grid.published(accountKey);
    if (published === undefined || row === undefined) {
      if (before !== undefined) this.#delivery.withdraw(before);
      return;
    }
    if (row.version === versionBefore) return;
    if (clock.now() - published.lastServedAtMs <= options.servedShortlyMs)
      row.fetchEndsAtMs = clock.now() + options.secondLookMs;
    grid.sets(row);
    this.#delivery.want(row);
  }

  /** Somebody else published and sent this account's new text to the servers: it is proven, and sent only where it is missing. */
  adopted(accountKey: string): void {
    if (this.#state !== 'started') return;
    const { grid, clock } = this.#context;
    const row = grid.published(accountKey);
    if (row === undefined) return;
    grid.sets(row);
    row.foreignArrivesAtMs = clock.now() + FOREIGN_UPDATE_MS;
    this.#checks.lookAgain(row);
  }

  /** Tells every server about an account, changed or not. */
  notify(accountKey: string): Notified {
    const row = this.#context.grid.published(accountKey);
    if (row === undefined) return 'unknown';
    return this.#state === 'started' && this.#delivery.want(row) ? 'queued' : 'away';
  }

  /** The fleet now. */
  status(): FleetStatus {
    return viewStatus(this.#context, this.#delivery.queued, this.#checks.queued);
  }

  /** What each server acknowledged and runs for one account; undefined when it was never published. */
  account(accountKey: string): AccountView | undefined {
    return viewAccount(this.#context, accountKey);
  }

  /** Rows in the order of the account keys, one page. */
  accounts(page: AccountsPage): AccountViews {
    return viewAccounts(this.#context, page);
  }

  /**
   * Resolves with the row when every server that has the account runs what is published at that moment or later, at the
   * deadline, or on abort; undefined when nothing is published for it. Never rejects.
   */
  whenEffective(accountKey: string, waitMs: number, signal?: AbortSignal): Promise<AccountView | undefined> {
    const { grid } = this.#context;
    const settled = (): boolean => {
      const row = grid.published(accountKey);
      return row === undefined || grid.isEffective(row);
    };
    return this.#wait(settled, waitMs, signal).then(() =>
      grid.published(accountKey) === undefined ? undefined : this.account(accountKey),
    );
  }

  /** The same for everything that is published. */
  whenAllEffective(waitMs: number, signal?: AbortSignal): Promise<FleetStatus> {
    return this.#wait(() => this.status().effective, waitMs, signal).then(() => this.status());
  }

  async #wait(settled: () => boolean, waitMs: number, signal?: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    const untilMs = clock.now() + waitMs;
    while (!settled() && clock.now() < untilMs && signal?.aborted !== true && this.#state === 'started')
      await new Promise<void>((resolve) => clock.after(20, resolve));
  }

  /** Ends all work; what is on its way to servers is not waited for. */
  close(): void {
    this.#state = 'closed';
    this.#lost();
  }

  #heard(event: WireEvent): void {
    if (this.#state !== 'started') return;
    const { servers, grid } = this.#context;
    switch (event.kind) {
      case 'connected':
        this.#delivery.blind = false;
        this.#rollCall.connected();
        return;
      case 'disconnected':
        this.#lost();
        servers.allUnheard();
        return;
      case 'server_seen':
        servers.heard(event.server);
        return;
      case 'server_leaving':
        servers.leaves(event.serverId);
        return;
      case 'server_gone':
        servers.ended(event.serverId);
        return;
      case 'foreign_update': {
        const row = grid.published(event.accountKey);
        if (row === undefined) return;
        grid.doubt(row);
        row.foreignArrivesAtMs = this.#context.clock.now() + FOREIGN_UPDATE_MS;
        this.#checks.lookAgain(row);
        return;
      }
    }
  }

  #lost(): void {
    this.#delivery.lost();
    this.#checks.lost();
    this.#repair.lost();
    this.#rollCall.lost();
  }

  #sendBlindly(why: 'denied' | 'nobody'): void {
    if (this.#delivery.blind) return;
    this.#delivery.blind = true;
    const { log, grid } = this.#context;
    log.warn(
      { why },
      `what servers run cannot be compared: ${WHY_BLIND[why]}; changes are sent all the same`,
    );
    for (const row of grid.underWay) if (row.deliveredVersion !== row.version) this.#delivery.want(row);
  }
}
