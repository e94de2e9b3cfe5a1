import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './clean-up.js';

/** Makes an empty directory that goes away, with all in it, when the test (or the test file) ends. */
export function tempDir(prefix = 'nas-test-'): string {
  const dir = mkdtempSync(join(tmpdir(), prefix));
  atEnd(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}
