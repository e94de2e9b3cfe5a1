import { GroupCommit } from '../state/group-commit.js';

/** Syncs directories, each for all who ask while another sync of it is under way: ten renames into one, one sync. */
export class SharedSyncs {
  readonly #underWay = new Map<string, { readonly group: GroupCommit; waiting: number }>();

  /** @param step syncs one directory */
  constructor(private readonly step: (path: string) => Promise<void>) {}

  /** Resolves when the entries that the directory has now are on the disk. */
  async sync(path: string): Promise<void> {
    const known = this.#underWay.get(path);
    const entry = known ?? { group: new GroupCommit(() => this.step(path)), waiting: 0 };
    if (known === undefined) this.#underWay.set(path, entry);
    entry.waiting++;
    try {
      await entry.group.run();
    } finally {
      if (--entry.waiting === 0) this.#underWay.delete(path);
    }
  }
}
