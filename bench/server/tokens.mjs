import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * All tokens of a directory of `<key>.jwt`, by key: what the servers to compare with answer from.
 * @param {string} dir
 * @returns {Map<string, Buffer>}
 */
export function readTokens(dir) {
  return new Map(
    readdirSync(dir).map((file) => [file.slice(0, -'.jwt'.length), readFileSync(join(dir, file))]),
  );
}
