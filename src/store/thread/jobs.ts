/** What the main thread asks of the file thread, and what it gets back. */

/** How many names travel in one pack: the thread takes a few milliseconds to read their files. */
const PACK_NAMES = 512;

/** Names of directory entries in one string: nothing else costs so little to send and to keep. */
export interface NamePack {
  readonly count: number;
  /** Apart by `/`, which no name contains. */
  readonly text: string;
}

/** Where the files of names lie in a folder. */
export type Shape =
  /** `<name>/<name without white space around it>.jwt`, as nsc has it. */
  | 'own-folder'
  /** `<name>` itself. */
  | 'plain';

/** List the entries of a directory. */
export interface ListJob {
  readonly task: 'list';
  readonly folder: string;
}

/**
 * Look at the files of these names: at their stamps alone, or `read` them too. `clean`: look into the directories of
 * these names for what a save has left behind; such a directory is odd.
 */
export interface LookJob {
  readonly task: 'stamp' | 'read' | 'clean';
  readonly folder: string;
  readonly shape: Shape;
  readonly names: NamePack;
  /** Nobody has just seen the folders of these names: one that is no directory is odd. */
  readonly unseen?: boolean;
  /** {@link Sights.room} of an answer that was taken in, to be filled again: it is not to be used any more. */
  readonly room?: ArrayBuffer;
}

/** What the thread can do. */
export type Job = ListJob | LookJob;

/** What stands in a directory, by kind. */
export interface Entries {
  readonly directories: readonly NamePack[];
  readonly links: readonly string[];
  /** Files, and whatever else there is. */
  readonly others: readonly NamePack[];
}

/** What a look has shown of one file. */
export const SIGHT = {
  /** Its stamp, or its content, is there. */
  plain: 0,
  /** As `plain`; its stamp may stay the same at the next change. */
  fresh: 1,
  absent: 2,
  /** Something that needs a closer look: a link, a FIFO, a file that grew while it was read, an error. */
  odd: 3,
} as const;

/** What looks at many files have shown, each at the index of its name. */
export interface Sights {
  /** Of how many names this tells; the pack's other files did not fit in. */
  readonly count: number;
  /** One of {@link SIGHT} each. */
  readonly kinds: Uint8Array;
  readonly stamps: Float64Array;
  /** After a reading: modification times in milliseconds. */
  readonly modifiedAtMs: Float64Array;
  /** After a reading: where each file's bytes end in `room`; they begin where those of the one before end. */
  readonly ends: Uint32Array;
  readonly room: ArrayBuffer;
}

/** A job that could not be done. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** The answer to a job; answers come in the order of the jobs. */
export type Answer =
  | { readonly entries: Entries }
  | { readonly sights: Sights }
  | { readonly failure: Failure };

/** Puts names into packs, one after the other. */
export class PackedNames {
  readonly #packs: NamePack[] = [];
  #names: string[] = [];

  add(name: string): void {
    if (this.#names.push(name) === PACK_NAMES) this.#close();
  }

  packs(): readonly NamePack[] {
    if (this.#names.length > 0) this.#close();
    return this.#packs;
  }

  #close(): void {
    this.#packs.push({ count: this.#names.length, text: this.#names.join('/') });
    this.#names = [];
  }
}

/** Puts names into packs. */
export function packNames(names: readonly string[]): readonly NamePack[] {
  const packed = new PackedNames();
  for (const name of names) packed.add(name);
  return packed.packs();
}

/** The names in a pack. */
export function unpackNames({ count, text }: NamePack): string[] {
  return count === 0 ? [] : text.split('/');
}
