import type { FileReading } from '../file-reading.js';
import { SIGHT, type Sights } from './jobs.js';

/** What was read of one file that is plain; its bytes are good until the room is filled again. */
export function readingOf(sights: Sights, i: number): Extract<FileReading, { kind: 'file' }> {
  const begin = i === 0 ? 0 : (sights.ends[i - 1] ?? 0);
  const length = (sights.ends[i] ?? begin) - begin;
  return {
    kind: 'file',
    bytes: Buffer.from(sights.room, begin, length),
    modifiedAtMs: sights.modifiedAtMs[i] ?? 0,
    stamp: sights.stamps[i] ?? 0,
    fresh: sights.kinds[i] === SIGHT.fresh,
  };
}
