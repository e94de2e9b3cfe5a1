import { accessSync, constants, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeFileError } from './file-error.js';
import type { Origin } from './resolve.js';
import { type ConfigProblem, describeSource } from './source.js';

/** Looks at every file and directory that options name: whether it is there, of the right kind, and readable. */
export function checkFiles(origins: ReadonlyMap<string, Origin>): ConfigProblem[] {
  return [...origins.values()].flatMap((origin) => {
    const { option, source, value } = origin;
    if (source === undefined || typeof value !== 'string') return [];
    const message = wrongWith(option.name, option.option.kind.placeholder, value);
    return message === undefined ? [] : [{ option: option.name, where: describeSource(source), message }];
  });
}

function wrongWith(option: string, placeholder: string, path: string): string | undefined {
  if (option === 'store.nsc') return wrongWithNscDirectory(path);
  if (option === 'store.dir') return wrongWithDirectory(path, 'made if missing');
  return placeholder === 'FILE' ? wrongWithFile(path) : undefined;
}

function wrongWithFile(path: string): string | undefined {
  const stats = look(path);
  if (typeof stats === 'string') return stats;
  if (stats.isDirectory()) return `${path} is a directory, not a file`;
  if (!stats.isFile()) return `${path} is no regular file`;
  return unreadableReason(path, constants.R_OK);
}

function wrongWithDirectory(path: string, whenMissing?: 'made if missing'): string | undefined {
  const stats = look(path);
  if (typeof stats === 'string') return whenMissing && isAbsent(path) ? undefined : stats;
  if (!stats.isDirectory()) return `${path} is a file, not a directory`;
  return unreadableReason(path, constants.R_OK | constants.X_OK);
}

/** People name the stores root above, or the `accounts` directory below: say which directory was meant. */
function wrongWithNscDirectory(path: string): string | undefined {
  const wrong = wrongWithDirectory(path);
  if (wrong !== undefined || isNscDirectory(path)) return wrong;
  const meant = [join(path, '..'), ...below(path)].find(isNscDirectory);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return `${path} is no nsc operator directory: it holds neither .nsc nor ${basename(path)}.jwt${hint}`;
}

function isNscDirectory(path: string): boolean {
  return [join(path, '.nsc'), join(path, `${basename(path)}.jwt`)].some(
    (file) => typeof look(file) !== 'string',
  );
}

function below(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(path, entry.name));
}

function look(path: string): Stats | string {
  try {
    return statSync(path);
  } catch (error) {
    return `${path}: ${describeFileError(error)}`;
  }
}

/** Nothing stands there, not even a link that leads nowhere: a directory can be made. */
function isAbsent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function unreadableReason(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return `${path}: ${describeFileError(error)}`;
  }
}
