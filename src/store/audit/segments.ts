import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

const NAME = /^audit-\d{8}T\d{9}Z-[0-9a-f]{8}\.jsonl$/;

/** Whether a directory entry is a file of an audit. */
export function isSegment(name: string): boolean {
  return NAME.test(name);
}

/** The path of a new file: names are in the order of time, and no two are the same. */
export function newSegment(directory: string, time: Date): string {
  const stamp = time.toISOString().replace(/[-:.]/g, '');
  return join(directory, `audit-${stamp}-${randomBytes(4).toString('hex')}.jsonl`);
}
