import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../exit-codes.js';
import { ChangeLog } from './change-log.js';
import type { Display } from './display.js';
import type { FleetRun } from './fleet-run.js';
import { LiveTable } from './live-table.js';
import { type LookAt, lookAt } from './look.js';
import { ServiceProblem } from './problem.js';

/** Between two looks. */
const INTERVAL_MS = 1_000;

/**
 * Shows changes until a signal ends it.
 * @returns the exit code
 * @throws ServiceProblem when the service cannot be asked at the start, or later for a reason that does not pass
 */
export async function watchFleet(run: FleetRun): Promise<number> {
  const { api, command, stdout } = run;
  const ending = endOnSignals();
  const display = command.output === 'table' && stdout.isTTY ? new LiveTable(run) : new ChangeLog(run);
  try {
    await new Watch(lookAt(api, command.account), display).until(ending.signal);
    return EXIT.ok;
  } finally {
    ending.release();
    display.end();
  }
}

class Watch {
  #reached = false;
  #troubled = false;

  constructor(
    private readonly look: LookAt,
    private readonly display: Display,
  ) {}

  async until(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#once(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#missed(error);
      }
      await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #once(signal: AbortSignal): Promise<void> {
    const seen = await this.look({ signal });
    // What is not there at the start was misspelt; later it was withdrawn, and may come back.
    if (!this.#reached && seen.absent !== undefined) throw new ServiceProblem(seen.absent);
    this.#reached = true;
    if (this.#troubled) this.display.recovered();
    this.#troubled = false;
    await this.display.show(seen, signal);
  }

  #missed(error: unknown): void {
    const passing = error instanceof ServiceProblem && error.prospect === 'passing';
    if (!passing || !this.#reached) throw error;
    if (!this.#troubled) this.display.trouble(error);
    this.#troubled = true;
  }
}

/** The signals with which people and supervisors end a program. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function endOnSignals(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  for (const name of SIGNALS) process.once(name, end);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, end);
    },
  };
}
