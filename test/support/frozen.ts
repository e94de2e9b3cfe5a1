import { readdirSync, readFileSync } from 'node:fs';

const PATIENCE_MS = 20_000;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Returns when a process that was sent SIGSTOP has stopped, all threads of it. On a busy machine that takes tens of
 * milliseconds, in which it still answers. Where there is no /proc it is taken for granted.
 */
export function waitUntilFrozen(pid: number): void {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs++) {
    const states = threadStates(pid);
    if (states === undefined || states.every((state) => 'TXZ'.includes(state))) return;
    Atomics.wait(pause, 0, 0, 1);
  }
  throw new Error(`process ${pid} was sent SIGSTOP and still runs`);
}

/** One letter for each thread (proc_pid_stat(5)); undefined when nobody can tell. */
function threadStates(pid: number): string[] | undefined {
  const tasks = `/proc/${pid}/task`;
  try {
    return readdirSync(tasks).map((task) => stateIn(`${tasks}/${task}/stat`));
  } catch {
    return undefined;
  }
}

function stateIn(file: string): string {
  try {
    const stat = readFileSync(file, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    // The thread has just ended.
    return 'X';
  }
}
