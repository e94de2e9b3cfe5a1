import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Who runs where: the program under test has one core for itself, whatever asks it another. */
export type Role = 'server' | 'client';

const CORE: Readonly<Record<Role, string>> = { server: '0', client: '1' };

const taskset = (...args: string[]) => spawnSync('taskset', args, { stdio: 'ignore' }).status === 0;

/** Whether programs can be kept on one core each here. */
export const canPin = availableParallelism() > 1 && taskset('-c', '0', 'true');

/** The command that runs a program on the core of its role. */
export function pinned(role: Role, command: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', CORE[role], ...command] : command;
}

/**
 * The same command, for what happens while others are asking on the same core: it stands back behind them, or the figures
 * would show how long those had to wait for their turn to ask.
 */
export function standingBack(command: readonly string[]): readonly string[] {
  return ['nice', '-n', '10', ...command];
}

/** Keeps this process and what it starts on the core of those who ask, unless said otherwise. */
export function stayOffServerCore(): void {
  if (canPin) taskset('-a', '-c', '-p', CORE.client, String(process.pid));
}
