import type { AccountsError } from '../../accounts/errors.js';
import type { Pending } from '../../accounts/ledger.js';
import type { FileIdentity } from './state-files.js';

/** A ledger file that is open, as another thread of this process finds it. Plain data. */
export interface OpenLedger extends FileIdentity {
  /** No other file ever has it in this process, unlike a descriptor. */
  readonly serial: number;
  /** Where it stands, unless another process has taken the name away. */
  readonly path: string;
}

/**
 * Lines that somebody else adds to the file and syncs; nothing else is added to it meanwhile. Exactly one of the two
 * functions is to be called, once.
 */
export interface HandedEntries {
  readonly file: OpenLedger;
  readonly text: string;
  /** They are on the disk, in the file that has the name. */
  written(): void;
  /**
   * The file is not to be relied on any more: something failed, or it has lost its name if there is no error.
   * @returns what to refuse with
   */
  lost(error: unknown): AccountsError;
}

/** A ledger that lets others write for it. */
export interface HandingLedger {
  durable(): Promise<void>;
  /**
   * Everything that was noted so far and is not handed over already; undefined when only the ledger can write it now.
   * Whoever is handed something after others has to wait for what they were handed as well.
   */
  handOver(): HandedEntries | undefined;
}

/** What was noted in a ledger that lets others write for it. */
export class PendingEntries implements Pending {
  constructor(private readonly ledger: HandingLedger) {}

  durable(): Promise<void> {
    return this.ledger.durable();
  }

  /** See {@link HandingLedger.handOver}. */
  handOver(): HandedEntries | undefined {
    return this.ledger.handOver();
  }
}
