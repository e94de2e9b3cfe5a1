import { constants, getPriority, setPriority } from 'node:os';

/**
 * So much behind: a third of the share of the thread that answers GETs, when both have work and share a core. Not more:
 * other programs go first as well, and on a machine that they keep busy changes would be late.
 */
const BEHIND = 5;

/**
 * Lets a thread of this process stand back when others want the processor. On Linux a priority belongs to a thread
 * (setpriority(2), "C library/kernel differences"); elsewhere it would be that of the process.
 * @param thread as Linux counts them; 0, unless given, stands for the calling one
 */
export function standBack(thread = 0): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(thread, Math.min(constants.priority.PRIORITY_LOW, getPriority(thread) + BEHIND));
  } catch {
    // Where that is forbidden, or the thread has just ended, it stays as it was.
  }
}
