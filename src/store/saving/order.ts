import type { Pending } from '../../accounts/ledger.js';
import type { Stamp } from '../stamp.js';

/** A directory that a path of an administrator was found to lead to. */
export interface Anchor {
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
}

/** What was last known of the place of a save. Where it does not hold any more, nothing is written. */
export interface Premise {
  readonly anchor: Anchor;
  /** What stands there: the content that has this stamp, and this checksum if the stamp alone proves nothing. */
  readonly stamp: Stamp;
  readonly checksum: number | undefined;
}

/** A token and where it goes. Plain data: another thread may be told to write it. */
export interface SaveOrder {
  /** The directory, which exists, and the file in it. */
  readonly folder: string;
  readonly file: string;
  /** The directory of `folder`, to be synced as well: nsc and parallel saves make directories and sync nothing. */
  readonly parent: string | undefined;
  /** The name of the file while it is written. */
  readonly temporary: string;
  readonly text: string;
  readonly accountKey: string;
  readonly issuedAtSeconds: number;
  /** What stands there was found good: if it is newer, it stays. */
  readonly goodStands: boolean;
  readonly premise: Premise | undefined;
}

/** The file of a token as it was read after its save. */
export interface Standing {
  readonly modifiedAtMs: number;
  readonly stamp: Stamp;
  /** The stamp may stay the same at the next change. */
  readonly fresh: boolean;
}

/** What came of an order that was carried out. */
export type SaveResult =
  /** The token was read from there again; `standing` is undefined when a look has to tell what stands there. */
  | { readonly kind: 'saved'; readonly standing: Standing | undefined }
  /** The premise does not hold. Nothing was done. */
  | { readonly kind: 'changed' };

/** Something that an administrator should know of a save. */
export type SaveNote =
  | { readonly kind: 'not-taken-back'; readonly problem: string }
  /** Another program wrote a newer token at the same moment. */
  | { readonly kind: 'newer-kept' };

/** Carries out orders. */
export interface Saver {
  /**
   * Resolves when the token is on the disk.
   * @param first is durable before the token gets its name
   * @throws AccountsError `store.full`, `store.unavailable`, and what `first` throws; what stood there before is whole then
   */
  save(order: SaveOrder, note: (note: SaveNote) => void, first?: Pending): Promise<SaveResult>;
}
