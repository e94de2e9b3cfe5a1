import type { AccountState } from './account-state.js';
import { Checks } from './checks.js';
import { MACHINE_CLOCK } from './clock.js';
import { type FleetContext, inBackground } from './context.js';
import { Delivery } from './delivery.js';
import { Grid } from './grid.js';
import { IncompleteImporters } from './incomplete-importers.js';
import { NewExporters } from './new-exporters.js';
import { Pages } from './pages.js';
import {
  DEFAULT_FLEET_OPTIONS,
  type FleetClock,
  type FleetMeter,
  type FleetOptions,
  type FleetWire,
  type Log,
  NO_FLEET_METER,
  OURS_ALWAYS,
  type Publications,
  type StrangeTexts,
  type WireEvent,
} from './ports.js';
import { Progress } from './progress.js';
import { Publishing } from './publishing.js';
import { Renewal } from './renewal.js';
import { Repair } from './repair.js';
import { RollCall } from './roll-call.js';
import { Servers } from './servers.js';
import {
  type AccountsPage,
  type AccountView,
  type AccountViews,
  type FleetStatus,
  viewAccount,
  viewStatus,
} from './views.js';
import { Waiting } from './waiting.js';

const WHY_BLIND = {
  denied: 'the NATS user may not ask them',
  nobody: 'no server answers, so the NATS user is most likely not one of the system account',
} as const;

/** What a fleet is made of; what is left out has a sensible default. */
export interface FleetParts {
  readonly wire: FleetWire;
  readonly publications: Publications;
  readonly log: Log;
  /** Without it what is published always takes the place of what servers run. */
  readonly strangeTexts?: StrangeTexts;
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
  readonly #renewal: Renewal;
  readonly #repair: Repair;
  readonly #rollCall: RollCall;
  readonly #publishing: Publishing;
  readonly #pages: Pages;
  readonly #newExporters: NewExporters;
  #state: 'new' | 'started' | 'closed' = 'new';

  constructor(parts: FleetParts) {
    const { wire, publications, log, meter = NO_FLEET_METER, clock = MACHINE_CLOCK } = parts;
    const { strangeTexts = OURS_ALWAYS } = parts;
    const options = { ...DEFAULT_FLEET_OPTIONS, ...parts.options };
    const waiting = new Waiting(clock);
    const servers = new Servers(
      {
        arrived: (server) => {
          this.#repair.look(server);
          if (waiting.isForAll) this.#renewal.renew();
        },
        fellSilent: (server) => this.#repair.callLater(server),
        left: (server) => grid.forget(server),
        sightChanged: () => progress.sightChanged(),
      },
      clock,
      meter,
      log,
    );
    const progress = new Progress({ servers, publications, waiting, clock, meter, log });
    const grid = new Grid(servers, publications, progress, clock, meter, options);
    const state = { servers, grid, progress, waiting };
    this.#context = { wire, publications, strangeTexts, ...state, meter, log, clock, options };
    this.#delivery = new Delivery(this.#context, {
      prove: (row) => this.#checks.prove(row),
      conclude: (row) => this.#checks.conclude(row, []),
    });
    this.#pages = new Pages(this.#context);
    const importers = new IncompleteImporters(this.#context, this.#delivery);
    this.#checks = new Checks(this.#context, this.#delivery, importers);
    this.#renewal = new Renewal(this.#context, this.#checks);
    this.#repair = new Repair(this.#context, this.#checks, () => this.#sendBlindly('denied'));
    this.#newExporters = new NewExporters(this.#context, this.#repair);
    this.#publishing = new Publishing(
      this.#context,
      this.#delivery,
      this.#checks,
      this.#pages,
      this.#newExporters,
    );
    this.#rollCall = new RollCall(this.#context, this.#repair, (end) => this.#sendBlindly(end));
  }

  /** Begins to follow the servers. Changes before this need not be told: comparing finds them. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.#pages.outdate();
    this.#newExporters.start();
    this.#context.wire.listen((event) => this.#heard(event));
    if (this.#context.wire.connected()) this.#heard({ kind: 'connected' });
  }

  /** The account was published in another version, or withdrawn. */
  changed(accountKey: string): void {
    if (this.#state === 'started') this.#publishing.changed(accountKey);
  }

  /**
   * Somebody else published this account's new text and sent it to the servers: it is proven, and sent only where it is
   * missing. So several account servers that hear one another send one notice, not one each.
   */
  adopted(accountKey: string): void {
    if (this.#state === 'started') this.#publishing.adopted(accountKey);
  }

  /** Tells every server about an account, changed or not. */
  notify(accountKey: string): Notified {
    const row = this.#context.grid.published(accountKey);
    if (row === undefined) return 'unknown';
    return this.#state === 'started' && this.#delivery.want(row) ? 'queued' : 'away';
  }

  /** The fleet now. Costs the number of servers, whatever the number of accounts. */
  status(): FleetStatus {
    return viewStatus(this.#context, this.#delivery.queued, this.#checks.queued);
  }

  /** How many of the published accounts are in which state. Costs nothing: they are counted as they change. */
  accountCounts(): Readonly<Record<AccountState, number>> {
    return this.#context.progress.counts();
  }

  /** What each server acknowledged and runs for one account; undefined when nothing is published for it. */
  account(accountKey: string): AccountView | undefined {
    return viewAccount(this.#context, accountKey);
  }

  /**
   * The same, after every server was asked for it now: one may have loaded the account since it was last asked, which
   * nobody announces. Resolves when they have answered. Never rejects.
   */
  async look(accountKey: string): Promise<AccountView | undefined> {
    const row = this.#context.grid.published(accountKey);
    if (row !== undefined && this.#state === 'started') {
      const looking = this.#checks.refresh(row);
      inBackground(this.#context, looking, row);
      await looking.catch(() => undefined);
    }
    return this.account(accountKey);
  }

  /**
   * Rows in the order of the account keys, one page. Costs a cell for each server and row shown, and with `states` a
   * glance at each account that is passed over.
   */
  accounts(page: AccountsPage): AccountViews {
    return this.#pages.view(page);
  }

  /**
   * Resolves with the row as soon as every server that has the account runs what is published (that of the call, or what
   * has replaced it meanwhile), at the deadline, or on abort; its `effective` tells which. Asks the servers at once, also
   * about what was proven earlier. Undefined when nothing is published for it. Never rejects.
   */
  async whenEffective(
    accountKey: string,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<AccountView | undefined> {
    const { grid, progress, waiting } = this.#context;
    const row = grid.published(accountKey);
    if (row === undefined) return undefined;
    if (this.#state === 'started' && waitMs > 0) inBackground(this.#context, this.#checks.refresh(row), row);
    const view = (): AccountView | undefined => this.account(accountKey);
    if (progress.isEffective(row) || this.#state !== 'started') return view();
    return waiting.until(row, waitMs, signal, view);
  }

  /** The same for everything that is published; `effective` of the answer tells whether all of it is. */
  async whenAllEffective(waitMs: number, signal?: AbortSignal): Promise<FleetStatus> {
    const { progress, waiting } = this.#context;
    if (this.#state === 'started') this.#renewal.renew();
    for (const row of progress.unsettled) this.#checks.compare(row);
    if (progress.allEffective || this.#state !== 'started') return this.status();
    return waiting.untilAll(waitMs, signal, () => this.status());
  }

  /** Ends all work; what is on its way to servers is not waited for, and nobody waits any longer. */
  close(): void {
    this.#state = 'closed';
    this.#lost();
    this.#context.waiting.endEverything();
  }

  #heard(event: WireEvent): void {
    if (this.#state !== 'started') return;
    const { servers } = this.#context;
    switch (event.kind) {
      case 'connected':
        this.#delivery.blind = false;
        servers.connected();
        this.#rollCall.connected();
        return;
      case 'disconnected':
        this.#lost();
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
      case 'foreign_update':
        this.#publishing.foreignUpdate(event.accountKey);
        return;
    }
  }

  #lost(): void {
    this.#delivery.lost();
    this.#checks.lost();
    this.#repair.lost();
    this.#rollCall.lost();
    this.#context.servers.lost();
  }

  #sendBlindly(why: 'denied' | 'nobody'): void {
    if (this.#delivery.blind) return;
    this.#delivery.blind = true;
    const { log, progress } = this.#context;
    log.warn(
      { why },
      `what servers run cannot be compared: ${WHY_BLIND[why]}; changes are sent all the same`,
    );
    for (const row of progress.underWay) if (row.deliveredVersion !== row.version) this.#delivery.want(row);
  }
}
