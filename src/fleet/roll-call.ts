import { type FleetContext, inBackground } from './context.js';
import type { Cancel, GatherEnd } from './ports.js';
import type { Repair } from './repair.js';
import type { FleetServer } from './servers.js';

/** Finds all servers, again and again: after connecting, until nobody is missing, and at the repair interval. */
export class RollCall {
  #timer: Cancel | undefined;
  /** When the next look at everybody is due. */
  #roundAtMs = 0;

  constructor(
    private readonly context: FleetContext,
    private readonly repair: Repair,
    /** Servers cannot be asked who they are: nobody answers, or the user may not ask. */
    private readonly unanswered: (end: 'denied' | 'nobody') => void,
  ) {}

  /** After connecting. Each server that shows itself is looked at as it arrives. */
  connected(): void {
    this.#setNextRound();
    inBackground(this.context, this.#call(false));
  }

  /** The connection is lost, or the fleet is closed. */
  lost(): void {
    this.#timer?.();
  }

  async #call(round: boolean): Promise<void> {
    const beganAtMs = this.context.clock.now();
    const end = await this.context.wire.discover();
    if (end === 'lost') return;
    this.context.servers.counted(end === 'complete');
    if (end === 'denied' || end === 'nobody') this.unanswered(end);
    else for (const server of [...this.context.servers.values()]) this.#missing(server, beganAtMs);
    if (round) for (const server of this.context.servers.values()) this.#look(server);
    this.#schedule(end);
  }

  #missing(server: FleetServer, beganAtMs: number): void {
    const { servers } = this.context;
    if (server.presence === 'leaving' && this.repair.isForgotten(server)) servers.ended(server.facts.id);
    if (server.presence === 'present' && server.heardAtMs < beganAtMs) servers.missed(server.facts.id);
    if (server.presence === 'silent') this.repair.callLater(server);
  }

  #look(server: FleetServer): void {
    if (server.presence === 'present') this.repair.look(server);
  }

  #schedule(end: GatherEnd): void {
    const { clock, options } = this.context;
    const untilRoundMs = Math.max(0, this.#roundAtMs - clock.now());
    const delayMs = end === 'deadline' ? Math.min(options.probeMostMs, untilRoundMs) : untilRoundMs;
    this.#timer = clock.after(delayMs, () => {
      const round = clock.now() >= this.#roundAtMs;
      if (round) this.#setNextRound();
      inBackground(this.context, this.#call(round));
    });
  }

  #setNextRound(): void {
    const { clock, options } = this.context;
    this.#roundAtMs = clock.now() + options.repairIntervalMs * (0.8 + 0.4 * clock.random());
  }
}
