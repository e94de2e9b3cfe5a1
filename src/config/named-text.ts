import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { describeFileError } from './file-error.js';
import { type Reading, read, unreadable } from './reading.js';

/** No configuration, certificate or creds file is larger; a wrong path (a log, a disk image) often is. */
export const MAX_TEXT_BYTES = 1024 * 1024;

/**
 * Reads a text file that somebody named. What cannot be one is told instead of read: a directory, something huge, and a
 * FIFO, which would be waited for without a word. What the shell has opened (`<(pass show x)`) is read like a file.
 */
export function readNamedText(path: string): Reading<string> {
  try {
    const stats = statSync(path);
    const problem = wrongWith(path, stats);
    return problem === undefined ? readUpToLimit(path) : unreadable(problem);
  } catch (error) {
    return unreadable(describeFileError(error));
  }
}

function wrongWith(path: string, stats: Stats): string | undefined {
  if (stats.isDirectory()) return 'it is a directory, not a file';
  const openedByShell = /^\/(?:dev|proc)\//.test(path);
  if (!stats.isFile() && !openedByShell) return 'it is no regular file';
  return stats.size > MAX_TEXT_BYTES ? TOO_LARGE : undefined;
}

const TOO_LARGE = 'it is larger than 1 MiB';

/** Read piece by piece: what comes through a pipe has no size that could be asked for. */
function readUpToLimit(path: string): Reading<string> {
  const buffer = Buffer.allocUnsafe(MAX_TEXT_BYTES + 1);
  const fd = openSync(path, 'r');
  try {
    let length = 0;
    for (let more = -1; more !== 0 && length < buffer.length; length += more) {
      more = readSync(fd, buffer, length, buffer.length - length, null);
    }
    return length > MAX_TEXT_BYTES ? unreadable(TOO_LARGE) : read(buffer.toString('utf8', 0, length));
  } finally {
    closeSync(fd);
  }
}
