import type { AccountsPage, AccountView, AccountViews, FleetStatus } from '../fleet/views.js';

/** What the fleet can say about itself; `fleet/fleet.ts` implements it. No call throws or rejects. */
export interface FleetReport {
  status(): FleetStatus;
  /** How one account stands; undefined when it was never published. */
  account(accountKey: string): AccountView | undefined;
  /** The same, after every server was asked for it now. */
  look(accountKey: string): Promise<AccountView | undefined>;
  /** One page of what is published, in the order of the account keys. */
  accounts(page: AccountsPage): AccountViews;
  /**
   * Resolves with how the account stands as soon as every server that has it runs what is published, at the deadline, or
   * when the signal is aborted; undefined when nothing is published for it.
   */
  whenEffective(accountKey: string, waitMs: number, signal?: AbortSignal): Promise<AccountView | undefined>;
  /** The same for everything that is published. */
  whenAllEffective(waitMs: number, signal?: AbortSignal): Promise<FleetStatus>;
}

/** A report, and whether there is anything behind it. */
export interface FleetSight {
  readonly report: FleetReport;
  /** False: NATS is not configured, so nothing about any server is known. */
  readonly configured: boolean;
}
