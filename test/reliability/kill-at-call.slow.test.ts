import { describe, expect } from 'vitest';
import { testWithStrace } from '../support/strace.js';
import { killAtEach } from './kill-at-call.js';
import { report } from './report.js';

/** The least number of such calls that a durable push makes. */
const CALLS = { openat: 3, fsync: 3, fdatasync: 1, close: 3, rename: 1 } as const;

describe.each([
  // Threads wake each other by writing: with these, it is killed at every moment in between.
  { kind: 'replaced', calls: { ...CALLS, write: 1 } },
  { kind: 'new', calls: { ...CALLS, mkdir: 1 } },
] as const)('D2: an account is $kind, and the process is killed at each', ({ kind, calls }) => {
  for (const [call, least] of Object.entries(calls)) {
    testWithStrace(`${call}: the old token or the new one stands there, whole`, async (strace) => {
      const kills = await killAtEach(strace, call, kind);
      report('D2', `${kind}: killed at each of ${kills} × ${call}`);
      expect(kills).toBeGreaterThanOrEqual(least);
    });
  }
});
