import { readFileSync } from 'node:fs';

/** The version of the package that this file belongs to. */
export function packageVersion(): string {
  // The same two steps up from src/cli and from dist/chunks.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const description: unknown = JSON.parse(text);
  const version =
    typeof description === 'object' && description !== null && 'version' in description
      ? description.version
      : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
