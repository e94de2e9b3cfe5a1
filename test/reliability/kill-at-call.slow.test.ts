import { describe, expect } from 'vitest';
import { testWithStrace } from '../support/strace.js';
import { killAtEach } from './kill-at-call.js';
import { report } from './report.js';

/** The least number of such calls that a durable push makes. */
const CALLS = { openat: 3, write: 1, fsync: 3, close: 3, rename: 1 } as const;

describe.each(['replaced', 'new'] as const)(
  'D2: an account is %s, and the process is killed at each',
  (kind) => {
    for (const [call, least] of Object.entries(CALLS)) {
      testWithStrace(`${call}: the old token or the new one stands there, whole`, async (strace) => {
        const kills = await killAtEach(strace, call, kind);
        report('D2', `${kind}: killed at each of ${kills} × ${call}`);
        expect(kills).toBeGreaterThanOrEqual(least);
      });
    }
  },
);
