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

/** How the places of a listing follow from the names in it. */
export interface PlaceRule {
  readonly nameOf: (slot: string) => string;
  readonly placeOf: (name: string) => Place;
}

/**
 * The places that a listing has shown. Only names are kept and each place is made when its turn comes: with 100,000
 * accounts all of them at once would be 40 MB.
 */
export class Places {
  /**
   * @param names of all places that follow from the rule
   * @param others by slot: those that do not, such as links
   */
  constructor(
    private readonly names: ReadonlySet<string>,
    private readonly rule: PlaceRule,
    private readonly others: ReadonlyMap<string, Place> = new Map(),
  ) {}

  has(slot: string): boolean {
    return this.names.has(this.rule.nameOf(slot)) || this.others.has(slot);
  }

  *values(): Iterable<Place> {
    for (const name of this.names) yield this.rule.placeOf(name);
    yield* this.others.values();
  }
}

/** No places at all. */
export const NO_PLACES = new Places(new Set(), {
  nameOf: (slot) => slot,
  placeOf: (name) => ({ slot: name, path: name }),
});
