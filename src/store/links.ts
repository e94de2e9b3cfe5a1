import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';
import { describeError, isAbsence } from './file-errors.js';

/** A directory entry that decides where a path leads: a link on the way, or what stands at its end. */
export interface Signpost {
  readonly folder: string;
  readonly name: string;
}

/** Where a path leads. */
export interface Walk {
  /** The path without links; undefined when it leads to nothing. */
  readonly real: string | undefined;
  /** Entries whose change can make the path lead elsewhere. */
  readonly signposts: readonly Signpost[];
  /** Why it leads to nothing. */
  readonly problem: string | undefined;
}

/** As many as Linux follows. */
const MAX_LINKS = 40;

/**
 * Follows a path link by link, as `realpath` does, and tells at which entries it could be turned: the links (a path
 * given by an administrator may lead through `current -> releases/7`), the last entry, or the first that is missing.
 */
export async function walkLinks(path: string): Promise<Walk> {
  const signposts: Signpost[] = [];
  const rest = segments(path);
  let at = parse(resolve(path)).root;
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const next = join(at, name);
    const entry = await look(next);
    if (entry.kind === 'there') {
      at = next;
      continue;
    }
    signposts.push({ folder: at, name });
    if (entry.kind === 'missing') return deadEnd(path, signposts, entry.problem);
    if (++links > MAX_LINKS) return deadEnd(path, signposts, 'its links lead in a circle');
    rest.unshift(...(isAbsolute(entry.target) ? segments(entry.target) : entry.target.split(sep)));
    if (isAbsolute(entry.target)) at = parse(entry.target).root;
  }
  signposts.push({ folder: dirname(at), name: basename(at) });
  return { real: at, signposts, problem: undefined };
}

function segments(path: string): string[] {
  return resolve(path)
    .slice(parse(resolve(path)).root.length)
    .split(sep)
    .filter((segment) => segment !== '');
}

type Entry =
  | { readonly kind: 'there' }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'missing'; readonly problem: string };

async function look(path: string): Promise<Entry> {
  try {
    if (!(await lstat(path)).isSymbolicLink()) return { kind: 'there' };
    return { kind: 'link', target: await readlink(path) };
  } catch (error) {
    return { kind: 'missing', problem: describeError(error) };
  }
}

function deadEnd(path: string, signposts: readonly Signpost[], problem: string): Walk {
  return { real: undefined, signposts, problem: `${path}: ${problem}` };
}

/** Where a path below a root leads: a real path that is inside, nothing, or a place that must not be read. */
export type Inside =
  | { readonly kind: 'inside'; readonly path: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly problem: string };

/** Resolves the links of a path, and refuses it when they leave the root. `root` is without links. */
export async function resolveInside(root: string, path: string): Promise<Inside> {
  try {
    const real = await realpath(path);
    if (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      return { kind: 'inside', path: real };
    }
    return {
      kind: 'refused',
      problem: 'is reached by a link that leads out of the store; it is not followed',
    };
  } catch (error) {
    if (isAbsence(error)) return { kind: 'absent' };
    return {
      kind: 'refused',
      problem: `is reached by a link that cannot be followed: ${describeError(error)}`,
    };
  }
}
