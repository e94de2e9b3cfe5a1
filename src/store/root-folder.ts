import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { describeError } from './file-errors.js';
import type { Folder } from './layout.js';
import { type Signpost, walkLinks } from './links.js';

const SIGNPOST = 'signpost:';
/** The key of the root among watched folders. */
export const ROOT = 'root';

/** The root of a store as it stands now. */
export type FoundRoot =
  | {
      readonly ok: true;
      readonly path: string;
      readonly identity: string;
      readonly folders: readonly Folder[];
    }
  | { readonly ok: false; readonly problem: string; readonly folders: readonly Folder[] };

/**
 * The directory that an administrator named. Its path may be or contain links that are switched while the service
 * runs, and it may be missing for a while; both show in the directories that hold its signposts.
 */
export class RootFolder {
  #signposts = new Map<string, Set<string>>();

  constructor(private readonly path: string) {}

  /** Finds it anew. */
  async find(): Promise<FoundRoot> {
    const walk = await walkLinks(this.path);
    const folders = this.#remember(walk.signposts);
    if (walk.real === undefined) return { ok: false, problem: walk.problem ?? this.path, folders };
    try {
      const stats = await stat(walk.real);
      if (!stats.isDirectory()) return { ok: false, problem: `${this.path} is not a directory`, folders };
      const all = [...folders, { key: ROOT, path: walk.real }];
      return { ok: true, path: walk.real, identity: identityOf(walk.real, stats), folders: all };
    } catch (error) {
      return { ok: false, problem: `${this.path}: ${describeError(error)}`, folders };
    }
  }

  /** Whether an event means that the path may lead elsewhere now; undefined when the folder is none of ours. */
  turns(folderKey: string, name: string | null): boolean | undefined {
    const names = this.#signposts.get(folderKey);
    return names && (name === null || names.has(name));
  }

  #remember(signposts: readonly Signpost[]): Folder[] {
    this.#signposts = new Map();
    const folders: Folder[] = [];
    for (const { folder, name } of signposts) {
      const key = SIGNPOST + folder;
      const names = this.#signposts.get(key);
      if (names !== undefined) names.add(name);
      else {
        // Its own name stands for the folder itself, when it is moved or removed.
        this.#signposts.set(key, new Set([basename(folder), name]));
        folders.push({ key, path: folder });
      }
    }
    return folders;
  }
}

/**
 * Tells a directory from another one that took its path, and, where the file system remembers when a directory was made,
 * from one that took its inode number as well.
 */
export function identityOf(path: string, { dev, ino, birthtimeMs, ctimeMs }: Stats): string {
  // Where nobody knows, Node gives 0 or the time of the last change.
  const bornMs = birthtimeMs < ctimeMs ? birthtimeMs : 0;
  return `${dev}:${ino}:${bornMs}:${path}`;
}
