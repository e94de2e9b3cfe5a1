import type { Inside } from './links.js';
import type { Place, Places, UsualPlace } from './places.js';

/** A directory to watch. */
export interface Folder {
  /** What {@link Layout.hint} gets back with an event. */
  readonly key: string;
  readonly path: string;
}

/** Everything that stands in a store at one time. */
export interface Listing {
  readonly ok: true;
  /** A place need not hold a file. */
  readonly places: Places;
  /** Directories to watch besides those of the places. */
  readonly folders: readonly Folder[];
  /** Says which directories these are; another text means that they were replaced and old watches are deaf. */
  readonly identity: string;
  /** A part of the store that is missing: no error in a store that was empty so far. */
  readonly gap?: string;
}

/** A store that cannot be listed. */
export interface Unlisted {
  readonly ok: false;
  readonly problem: string;
  /** Directories in which its return would show. */
  readonly folders: readonly Folder[];
}

/** What an event in a watched directory is about. */
export type Hint =
  | { readonly kind: 'nothing' }
  /** Look at one slot; `folder` is its own directory if that may have been replaced. */
  | { readonly kind: 'slot'; readonly slot: string; readonly folder?: string }
  /** Look at everything; `replaced` names a watched folder that may be another directory now. */
  | { readonly kind: 'everything'; readonly replaced?: string }
  /** Look at the operator JWT. */
  | { readonly kind: 'operator' };

/** An event that does not matter. */
export const NOTHING: Hint = { kind: 'nothing' };
/** An event after which anything may be different. */
export const EVERYTHING: Hint = { kind: 'everything' };

/** How account JWTs lie in a directory. */
export interface Layout {
  list(): Promise<Listing | Unlisted>;
  /** Finds one slot again; undefined when its directory is gone. */
  locate(slot: string): Promise<Place | undefined>;
  /** Where a slot most likely is, if there is such a place: what is odd there is to be found by {@link locate}. */
  usualPlace?(slot: string): UsualPlace | undefined;
  /** Follows the links of a path as long as they stay inside the root. */
  resolve(path: string): Promise<Inside>;
  /** @param name the directory entry, when the system tells it */
  hint(folderKey: string, name: string | null): Hint;
}
