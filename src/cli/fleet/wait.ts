import { setTimeout as delay } from 'node:timers/promises';
import type { Look, LookAt } from './look.js';
import { ServiceProblem } from './problem.js';

/**
 * The longest that one request is held back. The API allows a minute, but so do many proxies in between, and whoever
 * comes second loses.
 */
const LONGEST_LEG_MS = 25_000;
/** Someone who watches the progress wants to see some. */
const SHOWN_LEG_MS = 1_000;
/** Between two requests, however fast the answers come. */
const PAUSE_MS = 250;

/** Hears how the wait goes. */
export interface Progress {
  /** Whether somebody looks on. */
  readonly shown: boolean;
  looked(look: Look, leftMs: number): void;
  /** The service cannot be asked at the moment. */
  trouble(problem: ServiceProblem): void;
}

/**
 * Looks until what was asked about is effective, the time is up, or waiting has no sense. A service that is away is asked
 * again while there is time.
 * @throws ServiceProblem when it could not be asked at the end
 */
export async function waitUntilEffective(look: LookAt, waitMs: number, progress: Progress): Promise<Look> {
  const endsAtMs = performance.now() + waitMs;
  const longestLegMs = progress.shown ? SHOWN_LEG_MS : LONGEST_LEG_MS;
  for (;;) {
    const askedAtMs = performance.now();
    // Timers count whole milliseconds and may be early by one: what is less than that is no time left.
    const leftMs = endsAtMs - askedAtMs < 1 ? 0 : endsAtMs - askedAtMs;
    const over = (): boolean => leftMs === 0 || performance.now() >= endsAtMs;
    try {
      const seen = await look({ waitMs: Math.min(leftMs, longestLegMs) });
      if (seen.effective || seen.final || over()) return seen;
      progress.looked(seen, endsAtMs - performance.now());
    } catch (error) {
      const passing = error instanceof ServiceProblem && error.prospect === 'passing';
      if (!passing || over()) throw error;
      progress.trouble(error);
    }
    await delay(Math.max(0, Math.ceil(Math.min(askedAtMs + PAUSE_MS, endsAtMs) - performance.now())));
  }
}
