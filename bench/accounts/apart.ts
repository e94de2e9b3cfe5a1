import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a directory below which each directory lies in a part of the disk of its own, where the file system knows of that
 * (chattr(1), attribute T). When ext4 makes a file it passes over all inodes of that part, one by one, that were freed in
 * the last minutes (`recently_deleted` in fs/ext4/ialloc.c of Linux). After the thousands that a benchmark removes this
 * takes 0.3 to 0.8 ms for each file: as much as the syncs, and only for those who replace files by new ones.
 */
export function makeDirectoryApart(): string {
  const path = mkdtempSync(join(tmpdir(), 'nas-bench-apart-'));
  // Elsewhere there is no such attribute, and no such cost.
  spawnSync('chattr', ['+T', path], { stdio: 'ignore' });
  return path;
}
