import { relative } from 'node:path';
import type { Origin } from './resolve.js';
import type { Config } from './schema.js';
import { type ConfigProblem, describeSource } from './source.js';

/** State that lies in the store would go back in time with it, and be taken for an account's. */
export function checkStateDir(
  { store }: Config,
  origins: ReadonlyMap<string, Origin>,
): readonly ConfigProblem[] {
  const { stateDir, nsc, dir } = store;
  const within = [nsc, dir].find(
    (path) => path !== undefined && stateDir !== undefined && isIn(path, stateDir),
  );
  if (within === undefined) return [];
  const source = origins.get('store.state_dir')?.source;
  const message = `${stateDir} lies in the store ${within}; a checkout or backup of the store would take it back in time`;
  return [{ option: 'store.state_dir', ...(source && { where: describeSource(source) }), message }];
}

/** Whether a path is this directory or lies in it. */
function isIn(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '' || (way !== '..' && !way.startsWith('../'));
}
