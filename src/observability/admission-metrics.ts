import type { Meter } from '../accounts/ports.js';
import { metric } from './metric-names.js';
import { Counter, Gauge, Histogram, type Registry } from './prom-client.js';

/** A sweep over 10,000 accounts takes about 60 ms; network file systems take seconds. */
const SWEEP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const ORIGINS = ['push', 'directory', 'update'] as const;
const SUCCESSES = ['created', 'replaced', 'unchanged'] as const;

/** Counts what the accounts room does: admissions, directories that go back in time, sweeps. */
export function admissionMetrics(registry: Registry): Meter {
  const registers = [registry];
  const admissions = new Counter({
    ...metric('admissions_total', 'Candidates judged, by outcome (or refusal code) and origin.'),
    labelNames: ['outcome', 'origin'],
    registers,
  });
  const rollbacks = new Counter({
    ...metric('rollbacks_total', 'Directory changes that brought back an older issue time.'),
    registers,
  });
  const durations = new Histogram({
    ...metric('sweep_duration_seconds', 'Time of a complete look at the store.'),
    buckets: SWEEP_SECONDS,
    registers,
  });
  const slots = new Gauge({ ...metric('sweep_slots', 'Account files seen by the last sweep.'), registers });
  const changes = new Counter({
    ...metric('sweep_changes_total', 'Changes that a sweep found and no file event had told.'),
    registers,
  });
  // Known from the start, so that a rate is right from the first event on.
  for (const outcome of SUCCESSES) for (const origin of ORIGINS) admissions.inc({ outcome, origin }, 0);
  return {
    admission: (outcome, origin) => admissions.inc({ outcome, origin }),
    rollback: () => rollbacks.inc(),
    sweep(report) {
      durations.observe(report.durationMs / 1000);
      slots.set(report.slots);
      changes.inc(report.changed);
    },
  };
}
