import { lstat } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describeError, isAbsence } from './file-errors.js';
import { FolderLister } from './folder-lister.js';
import {
  EVERYTHING,
  type Folder,
  type Hint,
  type Layout,
  type Listing,
  NOTHING,
  type Unlisted,
} from './layout.js';
import { type Inside, resolveInside } from './links.js';
import { jwtFileName } from './nsc-names.js';
import { NO_PLACES, type Place, Places, type UsualPlace } from './places.js';
import { identityOf, ROOT, type RootFolder } from './root-folder.js';
import { type Entries, type NamePack, packNames, unpackNames } from './thread/jobs.js';

const ACCOUNTS = 'accounts';

// Half the cost of the function in `node:fs/promises`, at every event.
const statEntry = promisify(lstat);

/** The slot of an account directory: `accounts/<name>/<name>.jwt`. */
export function slotOf(directory: string, file = jwtFileName(directory)): string {
  // Joined, so that it is one piece of memory: put together it would be kept as its parts and as a whole.
  return [ACCOUNTS, directory, file].join('/');
}

/** The account directory of a slot. */
export function directoryOf(slot: string): string {
  return slot.slice(ACCOUNTS.length + 1, slot.lastIndexOf('/'));
}

/** Where an operator directory and its `accounts/` are now; real paths. */
export interface NscFolders {
  readonly ok: true;
  readonly root: string;
  readonly accounts: string | undefined;
  readonly folders: readonly Folder[];
  readonly identity: string;
}

/** An nsc operator directory: an account is a directory below `accounts/` that holds the JWT file of its name. */
export class NscLayout implements Layout {
  /** Real paths, as last found. */
  #root = '';
  #accounts = '';

  constructor(
    private readonly rootFolder: RootFolder,
    private readonly lister = new FolderLister(),
  ) {}

  async list(): Promise<Listing | Unlisted> {
    const found = await this.findFolders();
    if (!found.ok) return found;
    const { folders, identity } = found;
    if (found.accounts === undefined) {
      return { ok: true, places: NO_PLACES, folders, identity, gap: 'accounts/ is missing' };
    }
    return this.#listAccounts(found.accounts, identity, folders);
  }

  /** Finds the root and `accounts/` anew, for all that follows. */
  async findFolders(): Promise<NscFolders | Unlisted> {
    const root = await this.rootFolder.find();
    if (!root.ok) return root;
    const { folders, identity } = root;
    const accounts = await resolveInside(root.path, join(root.path, ACCOUNTS));
    if (accounts.kind === 'refused') return { ok: false, problem: `accounts/ ${accounts.problem}`, folders };
    this.#root = root.path;
    this.#accounts = accounts.kind === 'inside' ? accounts.path : join(root.path, ACCOUNTS);
    return {
      ok: true,
      root: root.path,
      accounts: accounts.kind === 'inside' ? accounts.path : undefined,
      folders,
      identity,
    };
  }

  async locate(slot: string): Promise<Place | undefined> {
    const directory = directoryOf(slot);
    try {
      const stats = await statEntry(join(this.#accounts, directory));
      if (stats.isDirectory()) return placeIn(join(this.#accounts, directory), directory);
      return stats.isSymbolicLink() ? this.#linkedPlace(directory) : undefined;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      return barredPlace(directory, `cannot be reached: ${describeError(error)}`);
    }
  }

  usualPlace(slot: string): UsualPlace {
    const name = directoryOf(slot);
    const folder = this.#accounts;
    return { folder, shape: 'own-folder', name, place: placeIn(`${folder}/${name}`, name) };
  }

  resolve(path: string): Promise<Inside> {
    return resolveInside(this.#root, path);
  }

  hint(folderKey: string, name: string | null): Hint {
    const turns = this.rootFolder.turns(folderKey, name);
    if (turns !== undefined) return turns ? EVERYTHING : NOTHING;
    if (folderKey === ROOT) return hintInRoot(name);
    if (folderKey === ACCOUNTS) return this.#hintInAccounts(name);
    const concerns = name === null || name === basename(folderKey);
    return concerns ? { kind: 'slot', slot: folderKey } : NOTHING;
  }

  #hintInAccounts(name: string | null): Hint {
    if (name === null || isSwap(name) || isGarbled(name)) return EVERYTHING;
    return { kind: 'slot', slot: slotOf(name), folder: join(this.#accounts, name) };
  }

  async #listAccounts(
    accounts: string,
    rootIdentity: string,
    folders: readonly Folder[],
  ): Promise<Listing | Unlisted> {
    try {
      const stats = await stat(accounts);
      const places = await this.#places(accounts, await this.lister.list(accounts, stats));
      return {
        ok: true,
        places,
        folders: [...folders, { key: ACCOUNTS, path: accounts }],
        identity: `${rootIdentity} ${identityOf(accounts, stats)}`,
      };
    } catch (error) {
      return { ok: false, problem: `accounts/ cannot be listed: ${describeError(error)}`, folders };
    }
  }

  async #places(folder: string, { directories, links }: Entries): Promise<Places> {
    const others: Place[] = [];
    for (const name of links) {
      const place = await this.#linkedPlace(name);
      if (place !== undefined) others.push(place);
    }
    for (const name of directories.flatMap(garbledNames)) {
      others.push(barredPlace(name, 'has a name that is not UTF-8; rename its directory'));
    }
    const packs = directories.flatMap(withoutGarbled);
    const placeOf = (name: string): Place => placeIn(`${folder}/${name}`, name);
    return new Places([{ folder, shape: 'own-folder', packs, placeOf }], others);
  }

  /** A linked directory counts while it stays inside the root (Kubernetes mounts consist of such links). */
  async #linkedPlace(directory: string): Promise<Place | undefined> {
    const inside = await resolveInside(this.#root, join(this.#accounts, directory));
    if (inside.kind === 'inside') return placeIn(inside.path, directory);
    return inside.kind === 'refused' ? barredPlace(directory, inside.problem) : undefined;
  }
}

/** Hardly ever there: then the pack stays as it is. */
function withoutGarbled(pack: NamePack): readonly NamePack[] {
  if (!isGarbled(pack.text)) return [pack];
  return packNames(unpackNames(pack).filter((name) => !isGarbled(name)));
}

function garbledNames(pack: NamePack): string[] {
  return isGarbled(pack.text) ? unpackNames(pack).filter(isGarbled) : [];
}

function placeIn(folder: string, directory: string): Place {
  const file = jwtFileName(directory);
  return {
    slot: slotOf(directory, file),
    folder,
    path: `${folder}/${file}`,
    expectedName: directory,
  };
}

function barredPlace(directory: string, problem: string): Place {
  return { slot: slotOf(directory), path: '', problem };
}

function hintInRoot(name: string | null): Hint {
  if (name === null || isSwap(name)) return EVERYTHING;
  if (name === ACCOUNTS) return { kind: 'everything', replaced: ACCOUNTS };
  return name === '.nsc' || name.endsWith('.jwt') ? { kind: 'operator' } : NOTHING;
}

/** Kubernetes replaces mounted files by renaming over the link `..data`. */
function isSwap(name: string): boolean {
  return name.startsWith('..');
}

/** Node shows bytes that are not UTF-8 as U+FFFD; such a name cannot be opened by its text. */
function isGarbled(name: string): boolean {
  return name.includes('\uFFFD');
}
