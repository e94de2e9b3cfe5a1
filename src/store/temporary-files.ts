import { randomBytes } from 'node:crypto';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './file-errors.js';

const PREFIX = '.nats-account-server-';
const NAME = /^\.nats-account-server-(\d+)-([0-9a-f]{8})-\d+\.tmp$/;
const OURS = randomBytes(4).toString('hex');
let serial = 0;

/** A name for a file in writing: no reader takes it for a JWT, and a later process can tell whose it is. */
export function temporaryName(): string {
  return `${PREFIX}${process.pid}-${OURS}-${serial++}.tmp`;
}

/** Whether a directory entry is a file in writing, whoever writes it. */
export function isTemporary(name: string): boolean {
  return NAME.test(name);
}

/** Whether a directory entry is a file that a process which is no more was writing. */
export function isAbandoned(name: string): boolean {
  const [, pid, owner] = NAME.exec(name) ?? [];
  return pid !== undefined && owner !== OURS && (Number(pid) === process.pid || !isRunning(Number(pid)));
}

/** Removes abandoned files from a directory; answers how many. A directory that cannot be read has none. */
export async function removeAbandoned(directory: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(directory).catch(() => [])) {
    if (!isAbandoned(name)) continue;
    await unlink(join(directory, name)).then(
      () => removed++,
      () => undefined,
    );
  }
  return removed;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
