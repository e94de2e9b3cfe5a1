import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads all files below a directory, so that the system has them in memory: it takes back what nobody has read for a
 * while, and whoever is measured next would wait for the disk.
 */
export function readIntoMemory(dir: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) readIntoMemory(path);
    else readFileSync(path);
  }
}
