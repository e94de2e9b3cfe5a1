import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../accounts/ports.js';
import { type AccountKey, isAccountKey } from '../claims/keys.js';
import { describeError, isAbsence } from './file-errors.js';
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
import { type Place, type PlaceRule, Places } from './places.js';
import { ROOT, type RootFolder } from './root-folder.js';

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
      const entries = await readdir(root.path, { withFileTypes: true });
      const listing = this.sharded ? await this.#listShards(entries) : this.#listFlat(entries);
      this.#tellIgnored(entries);
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

  #listFlat(entries: readonly Dirent[]): Pick<Listing, 'places' | 'folders'> {
    const names = new Set(entries.map(({ name }) => name).filter((name) => keyOfFile(name) !== undefined));
    const root = this.#root;
    const rule: PlaceRule = { nameOf: (slot) => slot, placeOf: (file) => placeOfFile(root, file, file) };
    return { places: new Places(names, rule), folders: [] };
  }

  async #listShards(entries: readonly Dirent[]): Promise<Pick<Listing, 'places' | 'folders'>> {
    const slots = new Set<string>();
    const shards = new Map<string, string>();
    for (const { name: shard } of entries.filter(({ name }) => SHARD_NAME.test(name))) {
      const inside = await this.resolve(join(this.#root, shard));
      const files = inside.kind === 'inside' ? await readShard(inside.path) : undefined;
      if (inside.kind !== 'inside' || files === undefined) continue;
      shards.set(shard, inside.path);
      for (const file of files) if (shardOf(keyOfFile(file) ?? '') === shard) slots.add(`${shard}/${file}`);
    }
    const placeOf = (slot: string): Place => {
      const [shard = '', file = ''] = slot.split('/', 2);
      return placeOfFile(shards.get(shard) ?? '', slot, file);
    };
    const folders = Array.from(shards, ([shard, path]): Folder => ({ key: SHARD + shard, path }));
    return { places: new Places(slots, { nameOf: (slot) => slot, placeOf }), folders };
  }

  /** Files of the other layout are most likely a wrong option; anything else is nobody's business. */
  #tellIgnored(entries: readonly Dirent[]): void {
    const other = entries.filter(({ name }) =>
      this.sharded ? keyOfFile(name) !== undefined : SHARD_NAME.test(name),
    );
    const foreign = entries.filter(({ name }) => name.endsWith(EXTENSION) && keyOfFile(name) === undefined);
    const ignored = `${other.length} ${foreign.length}`;
    if (ignored === this.#ignored) return;
    this.#ignored = ignored;
    if (foreign.length > 0)
      this.log.debug(
        { files: foreign.length, example: foreign[0]?.name },
        'files that are not named by an account key are ignored',
      );
    if (other.length === 0) return;
    this.log.warn(
      { ignored: other.length, example: other[0]?.name },
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
