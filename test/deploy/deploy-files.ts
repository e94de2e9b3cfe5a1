import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT, type RealProgram } from '../support/real-program.js';

/** A file of the project, by its path from the root. */
export function projectFile(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), 'utf8');
}

/** A checker of other people, looked for on PATH alone; its variable names another. */
export function checker(name: string): RealProgram {
  const variable = name.toUpperCase().replaceAll('-', '_');
  return { name, file: name, variable, requiredBy: `REQUIRE_${variable}`, onPath: true };
}
