import { type NamePack, type Shape, unpackNames } from './thread/jobs.js';

/** A slot as a layout finds it: the file to open, and what its place promises about the content. */
export interface Place {
  /** The slot's name: a path below the store's root. */
  readonly slot: string;
  /** The path to open; no directory on it is a link. */
  readonly path: string;
  /** The directory to watch for this slot alone, if it has one of its own. */
  readonly folder?: string;
  readonly expectedName?: string;
  readonly expectedKey?: string;
  /** Why nothing there may be opened. */
  readonly problem?: string;
}

/** Where a slot's file lies if nothing on its path is out of the ordinary. */
export interface UsualPlace {
  readonly folder: string;
  readonly shape: Shape;
  readonly name: string;
  readonly place: Place;
}

/** Places of one folder that follow from the names of its entries. */
export interface PlaceGroup {
  readonly folder: string;
  readonly shape: Shape;
  readonly packs: readonly NamePack[];
  readonly placeOf: (name: string) => Place;
}

/**
 * The places that a listing has shown. Only names are kept and each place is made when its turn comes: with 100,000
 * accounts all of them at once would be 40 MB.
 */
export class Places {
  /** @param others those that follow from no name, such as links */
  constructor(
    readonly groups: readonly PlaceGroup[],
    readonly others: readonly Place[] = [],
  ) {}

  get size(): number {
    let size = this.others.length;
    for (const { packs } of this.groups) for (const { count } of packs) size += count;
    return size;
  }

  /** Whether these follow from the same names; never when there are others. */
  hasSameNames({ groups, others }: Places): boolean {
    if (this.others.length + others.length > 0 || this.groups.length !== groups.length) return false;
    return this.groups.every((group, i) => isSameGroup(group, groups[i]));
  }

  *values(): Iterable<Place> {
    for (const { packs, placeOf } of this.groups) {
      for (const pack of packs) for (const name of unpackNames(pack)) yield placeOf(name);
    }
    yield* this.others;
  }
}

function isSameGroup(one: PlaceGroup, other: PlaceGroup | undefined): boolean {
  if (one.folder !== other?.folder || one.packs.length !== other.packs.length) return false;
  return one.packs.every(({ text }, i) => text === other.packs[i]?.text);
}

/** No places at all. */
export const NO_PLACES = new Places([]);
