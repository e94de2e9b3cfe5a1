import type { ServerResponse } from 'node:http';
import type { PublishedAccounts } from '../accounts/ports.js';
import type { TrustedAccount } from '../claims/jwt.js';
import { type EffectAnswer, effectAnswer, type Waited } from './effect-text.js';
import type { FleetSight } from './fleet-report.js';
import type { WaitingRequests } from './waiting.js';

/** Holds the answer to a push back until the token is in effect on every server. */
export class PushWaiting {
  constructor(
    private readonly published: PublishedAccounts,
    private readonly fleet: FleetSight,
    private readonly waiting: WaitingRequests,
  ) {}

  /** Waits for a token that was accepted, `waitMs` at most, and says what became of it. */
  async answer(pushed: TrustedAccount, waitMs: number, response: ServerResponse): Promise<EffectAnswer> {
    const { report } = this.fleet;
    const { accountKey } = pushed;
    const startedMs = performance.now();
    await this.waiting.during(response, (signal) => report.whenEffective(accountKey, waitMs, signal));
    const afterMs = performance.now() - startedMs;
    // Both are taken at one moment, so that the row is about the token that is served.
    const served = this.published.get(accountKey)?.account;
    const row = report.account(accountKey);
    return effectAnswer({ pushed, served, row, afterMs, hindrance: this.#hindrance() });
  }

  #hindrance(): Waited['hindrance'] {
    if (!this.fleet.configured) return 'not_configured';
    if (!this.fleet.report.status().connected) return 'away';
    return this.waiting.ended ? 'stopping' : undefined;
  }
}
