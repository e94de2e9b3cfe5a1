import { type Dirent, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { type Entries, packNames } from './jobs.js';

/** Lists a directory at once; may hang, so: never in the main thread. */
export function entriesNow(folder: string): Entries {
  return sortOut(readdirSync(folder, { withFileTypes: true }));
}

/** Lists a directory on the thread pool; its entries are sorted out in the calling thread. */
export async function entriesOf(folder: string): Promise<Entries> {
  return sortOut(await readdir(folder, { withFileTypes: true }));
}

function sortOut(entries: readonly Dirent[]): Entries {
  const directories: string[] = [];
  const links: string[] = [];
  const others: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) directories.push(entry.name);
    else if (entry.isSymbolicLink()) links.push(entry.name);
    else others.push(entry.name);
  }
  return { directories: packNames(directories), links, others: packNames(others) };
}
