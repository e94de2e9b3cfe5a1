import { readFileSync } from 'node:fs';

/** Resident memory in megabytes: now, and the most so far. */
export interface Memory {
  readonly now: number;
  readonly most: number;
}

/** What /proc says of a process. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024;
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM') };
}

/**
 * Processor time of a process and all its threads so far, in seconds. The kernel counts in hundredths of a second for
 * programs (USER_HZ, on every architecture of Linux).
 */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field, a name in parentheses, may hold blanks; the user and system times are the 14th and 15th.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}
