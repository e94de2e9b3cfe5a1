import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSegment } from './segments.js';
import type { Segment } from './verify-audit.js';

/**
 * The files of an audit, from the oldest to the newest, one in memory at a time.
 * @throws a system error when the directory or a file cannot be read
 */
export async function* readSegments(directory: string): AsyncIterable<Segment> {
  const names = (await readdir(directory)).filter(isSegment).toSorted();
  for (const name of names) yield { name, text: await readFile(join(directory, name), 'utf8') };
}
