import { relative } from 'node:path';
import type { Origin } from './resolve.js';
import type { Config } from './schema.js';
import { type ConfigProblem, describeSource } from './source.js';

/** What lies in the store goes back in time with it, and might be taken for an account's. */
export function checkStateDir(
  { store }: Config,
  origins: ReadonlyMap<string, Origin>,
): readonly ConfigProblem[] {
  const { stateDir, auditDir, nsc, dir } = store;
  const storeDir = nsc ?? dir;
  const named = [
    ['store.state_dir', stateDir],
    ['store.audit_dir', auditDir],
  ] as const;
  return named.flatMap(([option, path]) => {
    if (path === undefined || storeDir === undefined || !isIn(storeDir, path)) return [];
    const source = origins.get(option)?.source;
    const message = `${path} lies in the store ${storeDir}; a checkout or backup of the store would take it back in time`;
    return [{ option, ...(source && { where: describeSource(source) }), message }];
  });
}

/** Whether a path is this directory or lies in it. */
function isIn(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '' || (way !== '..' && !way.startsWith('../'));
}
