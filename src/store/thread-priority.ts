import { setPriority } from 'node:os';

/** A tenth of the share that the thread has which answers GETs, when both have work and there is one core for them. */
const BEHIND_OTHERS = 10;

/**
 * Lets the calling thread stand back when others want the processor. On Linux a priority belongs to a thread, and 0
 * stands for the calling one (setpriority(2), "C library/kernel differences"); elsewhere it would be that of the process.
 */
export function standBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, BEHIND_OTHERS);
  } catch {
    // Where that is forbidden it stays as it was.
  }
}
