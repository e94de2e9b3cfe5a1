import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Who runs where: the program under test has one core for itself, whatever asks it another. */
export type Role = 'server' | 'client';

const CORE: Readonly<Record<Role, string>> = { server: '0', client: '1' };

/** Whether programs can be kept on one core each here. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** The command that runs a program on the core of its role. */
export function pinned(role: Role, command: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', CORE[role], ...command] : command;
}
