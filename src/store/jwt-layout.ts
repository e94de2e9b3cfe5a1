import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../accounts/ports.js';
import { type AccountKey, isAccountKey } from '../claims/keys.js';
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
import { type Place, type PlaceGroup, Places, type UsualPlace } from './places.js';
import { ROOT, type RootFolder } from './root-folder.js';
import { packNames, unpackNames } from './thread/jobs.js';

const EXTENSION = '.jwt';
const SHARD_NAME = /^[A-Z2-7]{2}$/;
const SHARD = 'shard:';

/** The shard of a key: its last two characters (nats-server/server/dirstore.go pathForKey). */
export function shardOf(key: string): string {
  return key.slice(-2);
}

/** The account key that a file name promises; undefined when it promises none. */
export function keyOfFile(name: string): AccountKey | undefined {
  const key = name.endsWith(EXTENSION) ? name.slice(0, -EXTENSION.length) : '';
  return isAccountKey(key) ? key : undefined;
}

/** A directory of `<key>.jwt` files, or of directories named by the last two characters of the keys in them. */
export class JwtLayout implements Layout {
  #root = '';
  /** What was ignored last time, so that it is told only when it changes. */
  #ignored = '';

  constructor(
    private readonly rootFolder: RootFolder,
    private readonly sharded: boolean,
    private readonly log: Log,
    private readonly lister = new FolderLister(),
  ) {}

  /** The slot of an account. */
  slotOf(key: string): string {
    return this.sharded ? `${shardOf(key)}/${key}${EXTENSION}` : `${key}${EXTENSION}`;
  }

  async list(): Promise<Listing | Unlisted> {
    const root = await this.rootFolder.find();
    if (!root.ok) return root;
    this.#root = root.path;
    try {
      const names = await this.#namesIn(root.path);
      const listing = this.sharded ? await this.#listShards(names) : this.#listFlat(names);
      this.#tellIgnored(names);
      return {
        ok: true,
        ...listing,
        folders: [...root.folders, ...listing.folders],
        identity: root.identity,
      };
    } catch (error) {
      return {
        ok: false,
        problem: `${root.path} cannot be listed: ${describeError(error)}`,
        folders: root.folders,
      };
    }
  }

  /** Real paths of the root and, if sharded, of the shards. */
  async ownFolders(): Promise<readonly string[]> {
    const listing = await this.list();
    if (!listing.ok) return [];
    return listing.folders.filter(({ key }) => key === ROOT || key.startsWith(SHARD)).map(({ path }) => path);
  }

  async locate(slot: string): Promise<Place | undefined> {
    if (!this.sharded) return placeOfFile(this.#root, slot, slot);
    const [shard = '', file = ''] = slot.split('/', 2);
    const inside = await this.resolve(join(this.#root, shard));
    return inside.kind === 'inside' ? placeOfFile(inside.path, slot, file) : undefined;
  }

  usualPlace(slot: string): UsualPlace | undefined {
    const folder = this.#root;
    if (this.sharded) return undefined;
    return { folder, shape: 'plain', name: slot, place: placeOfFile(folder, slot, slot) };
  }

  resolve(path: string): Promise<Inside> {
    return resolveInside(this.#root, path);
  }

  hint(folderKey: string, name: string | null): Hint {
    const turns = this.rootFolder.turns(folderKey, name);
    if (turns !== undefined) return turns ? EVERYTHING : NOTHING;
    if (name === null || name.startsWith('..')) return EVERYTHING;
    const key = keyOfFile(name);
    if (folderKey !== ROOT) {
      return key === undefined ? NOTHING : { kind: 'slot', slot: `${folderKey.slice(SHARD.length)}/${name}` };
    }
    if (!this.sharded) return key === undefined ? NOTHING : { kind: 'slot', slot: name };
    return SHARD_NAME.test(name) ? { kind: 'everything', replaced: SHARD + name } : NOTHING;
  }

  async #namesIn(root: string): Promise<readonly string[]> {
    const { directories, links, others } = await this.lister.list(root, await stat(root));
    return [...[...directories, ...others].flatMap(unpackNames), ...links];
  }

  #listFlat(names: readonly string[]): Pick<Listing, 'places' | 'folders'> {
    const folder = this.#root;
    const packs = packNames(names.filter((name) => keyOfFile(name) !== undefined));
    const placeOf = (file: string): Place => placeOfFile(folder, file, file);
    return { places: new Places([{ folder, shape: 'plain', packs, placeOf }]), folders: [] };
  }

  async #listShards(names: readonly string[]): Promise<Pick<Listing, 'places' | 'folders'>> {
    const groups: PlaceGroup[] = [];
    const folders: Folder[] = [];
    for (const shard of names.filter((name) => SHARD_NAME.test(name))) {
      const inside = await this.resolve(join(this.#root, shard));
      const files = inside.kind === 'inside' ? await readShard(inside.path) : undefined;
      if (inside.kind !== 'inside' || files === undefined) continue;
      const folder = inside.path;
      folders.push({ key: SHARD + shard, path: folder });
      const packs = packNames(files.filter((file) => shardOf(keyOfFile(file) ?? '') === shard));
      const placeOf = (file: string): Place => placeOfFile(folder, `${shard}/${file}`, file);
      groups.push({ folder, shape: 'plain', packs, placeOf });
    }
    return { places: new Places(groups), folders };
  }

  /** Files of the other layout are most likely a wrong option; anything else is nobody's business. */
  #tellIgnored(names: readonly string[]): void {
    const other = names.filter((name) =>
      this.sharded ? keyOfFile(name) !== undefined : SHARD_NAME.test(name),
    );
    const foreign = names.filter((name) => name.endsWith(EXTENSION) && keyOfFile(name) === undefined);
    const ignored = `${other.length} ${foreign.length}`;
    if (ignored === this.#ignored) return;
    this.#ignored = ignored;
    if (foreign.length > 0)
      this.log.debug(
        { files: foreign.length, example: foreign[0] },
        'files that are not named by an account key are ignored',
      );
    if (other.length === 0) return;
    this.log.warn(
      { ignored: other.length, example: other[0] },
      this.sharded
        ? 'account files that lie flat are ignored, since the directory is read as sharded'
        : 'directories that look like shards are ignored, since the directory is read as flat',
    );
  }
}

function placeOfFile(folder: string, slot: string, file: string): Place {
  return { slot, path: `${folder}/${file}`, expectedKey: file.slice(0, -EXTENSION.length) };
}

/** Undefined when it is no directory (any more). */
async function readShard(path: string): Promise<string[] | undefined> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}
