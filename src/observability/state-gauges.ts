import { metric } from './metric-names.js';
import { Gauge, type Registry } from './prom-client.js';

const FLEET_ACCOUNT_STATES = ['effective', 'incomplete', 'expired', 'pending', 'unknown'] as const;

/** How an account stands with all nats-servers. */
export type FleetAccountState = (typeof FLEET_ACCOUNT_STATES)[number];

/** What the service is like now, asked at every scrape and never between. */
export interface ServiceState {
  /** `served` includes the expired and the not yet valid; `refused` counts files whose content is not served. */
  counts(): {
    readonly served: number;
    readonly expired: number;
    readonly notYetValid: number;
    readonly refused: number;
  };
  /** Files that were read at the start and are verified when they are asked for, or when their turn comes. */
  unverified(): number;
  readiness(): { readonly loaded: boolean; readonly problems: readonly string[] };
  /** Whether the store's root can be read at present. */
  storeAvailable(): boolean;
  /** How many accounts stand how with all nats-servers; undefined when NATS is not configured. */
  fleetAccounts(): Readonly<Record<FleetAccountState, number>> | undefined;
  operator(): { readonly key: string; readonly name: string; readonly strict: boolean } | undefined;
}

/** Registers the gauges that mirror the state of the service. */
export function stateGauges(registry: Registry, state: ServiceState): void {
  const registers = [registry];
  new Gauge({
    ...metric(
      'accounts',
      'Accounts by state; served includes expired and not_yet_valid, unverified ones come after a start.',
    ),
    labelNames: ['state'],
    registers,
    collect() {
      const { served, expired, notYetValid, refused } = state.counts();
      this.set({ state: 'served' }, served);
      this.set({ state: 'expired' }, expired);
      this.set({ state: 'not_yet_valid' }, notYetValid);
      this.set({ state: 'refused' }, refused);
      this.set({ state: 'unverified' }, state.unverified());
    },
  });
  new Gauge({
    ...metric('ready', '1 when all accounts were loaded and nothing is wrong.'),
    registers,
    collect() {
      const { loaded, problems } = state.readiness();
      this.set(loaded && problems.length === 0 ? 1 : 0);
    },
  });
  new Gauge({
    ...metric('store_available', '1 when the store can be read; 0: the last good accounts are served.'),
    registers,
    collect() {
      this.set(state.storeAvailable() ? 1 : 0);
    },
  });
  fleetAccounts(registry, state);
  operatorInfo(registry, state);
}

function fleetAccounts(registry: Registry, service: ServiceState): void {
  new Gauge({
    ...metric('fleet_accounts', 'Published accounts by how they stand with all nats-servers.'),
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const counts = service.fleetAccounts();
      if (counts === undefined) return;
      for (const state of FLEET_ACCOUNT_STATES) this.set({ state }, counts[state]);
    },
  });
}

function operatorInfo(registry: Registry, state: ServiceState): void {
  new Gauge({
    ...metric('operator_info', 'The operator in force, always 1; absent while there is none.'),
    labelNames: ['key', 'name', 'strict'],
    registers: [registry],
    collect() {
      this.reset();
      const operator = state.operator();
      if (operator === undefined) return;
      this.set({ key: operator.key, name: operator.name, strict: String(operator.strict) }, 1);
    },
  });
}
