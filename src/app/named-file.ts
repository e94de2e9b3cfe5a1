import { readNamedText } from '../config/named-text.js';
import { StartupError } from './startup-error.js';

/**
 * Reads a text file that the configuration names.
 * @throws StartupError naming the file and the reason
 */
export function readNamedFile(path: string): string {
  const text = readNamedText(path);
  if (!text.ok) throw new StartupError([`cannot read ${path}: ${text.message}`]);
  return text.value;
}
