import type { FleetClock } from './ports.js';

/** The clock of this machine. Its timers do not keep the process alive. */
export const MACHINE_CLOCK: FleetClock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
