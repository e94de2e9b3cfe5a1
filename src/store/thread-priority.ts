import { constants, getPriority, setPriority } from 'node:os';

/**
 * So much behind: a third of the share of the thread that answers GETs, when both have work and share a core. Not more:
 * other programs go first as well, and on a machine that they keep busy changes would be late.
 */
const BEHIND = 5;

/**
 * Lets the calling thread stand back when others want the processor. On Linux a priority belongs to a thread, and 0
 * stands for the calling one (setpriority(2), "C library/kernel differences"); elsewhere it would be that of the process.
 */
export function standBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, Math.min(constants.priority.PRIORITY_LOW, getPriority(0) + BEHIND));
  } catch {
    // Where that is forbidden it stays as it was.
  }
}
