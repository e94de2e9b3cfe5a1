import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type LedgerContent, readLedger } from './ledger-line.js';
import type { StateFiles } from './state-files.js';

const NAME = /^ledger-[0-9a-f]{16}\.log$/;
const TEMPORARY = /^ledger-[0-9a-f]{16}\.log\.tmp$/;
/** Two processes that start at the same moment take files from each other only so often. */
const ATTEMPTS = 20;

/** The path of a ledger file that no process has; the process that knows it owns the file. */
export function newLedgerPath(directory: string): string {
  return join(directory, `ledger-${randomBytes(8).toString('hex')}.log`);
}

/** Where the file is written that will take the name of this one. */
export function temporaryPath(path: string): string {
  return `${path}.tmp`;
}

/** What earlier processes left in a state directory. */
export interface LeftLedgers {
  /** Paths that nobody else knows; to be removed once the content is kept elsewhere. */
  readonly paths: readonly string[];
  readonly contents: readonly LedgerContent[];
}

/**
 * Takes over the ledger files of earlier processes: first their names, then their content. A process that still lives
 * finds after its next sync that its file has lost its name, and writes everything it knows into a new one before it
 * lets anybody rely on it; what it synced before that is read here. So no lock is needed that could outlive its holder,
 * and two services that overlap, as in a rolling restart, or share a directory by mistake, lose nothing.
 */
export async function takeOverLedgers(directory: string, files: StateFiles): Promise<LeftLedgers> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const paths = await takeNames(directory, files);
    const contents = await Promise.all(paths.map((path) => files.read(path)));
    const whole = contents.filter((text) => text !== undefined);
    // What is missing another process has taken in between: to be found under its new name.
    if (whole.length === paths.length) return { paths, contents: whole.map(readLedger) };
  }
  throw new Error('other processes keep taking the ledger files away');
}

async function takeNames(directory: string, files: StateFiles): Promise<string[]> {
  const paths: string[] = [];
  const names = await files.list(directory);
  // Of a process that was killed; one that lives writes it again.
  for (const name of names.filter((each) => TEMPORARY.test(each))) await files.unlink(join(directory, name));
  for (const name of names.filter((each) => NAME.test(each))) {
    const path = newLedgerPath(directory);
    if (await files.rename(join(directory, name), path)) paths.push(path);
  }
  return paths;
}
