import type { PlaceGroup } from './places.js';
import type { FileThread } from './thread/file-thread.js';
import { type LookJob, type NamePack, packNames, type Sights, unpackNames } from './thread/jobs.js';

/** One job is done while the answer to another is taken in; more would only fill the memory. */
const JOBS_AT_ONCE = 2;

/** What the file thread is asked to do with the files of one pack of names. */
export interface Batch {
  readonly group: PlaceGroup;
  readonly task: LookJob['task'];
  readonly pack: NamePack;
}

/** Takes what the thread has seen of the first of these names; answers what it is to be asked next. */
export type TakeSights = (
  batch: Batch,
  names: readonly string[],
  sights: Sights,
) => Promise<readonly Batch[]>;

interface Asked {
  readonly batch: Batch;
  readonly sights: Promise<Sights>;
}

/** All names of these groups. */
export function batchesOf(groups: readonly PlaceGroup[], task: LookJob['task']): Batch[] {
  return groups.flatMap((group) => group.packs.map((pack) => ({ group, task, pack })));
}

/** Asks the file thread about many packs of names, and always has the next answer on the way. */
export class Survey {
  readonly #asked: Asked[] = [];
  /** Of answers that were taken in, for the next ones. */
  readonly #rooms: ArrayBuffer[] = [];

  /** @param ended whether nobody is interested any more */
  constructor(
    private readonly thread: FileThread,
    private readonly ended: () => boolean,
    private readonly take: TakeSights,
  ) {}

  /** Resolves when all of it was taken in. @throws when the thread fails */
  async run(batches: Batch[]): Promise<void> {
    while (!this.ended()) {
      this.#askAhead(batches);
      const next = this.#asked.shift();
      if (next === undefined) return;
      const { batch, sights } = next;
      batches.unshift(...(await this.#takeIn(batch, await sights)));
    }
  }

  #askAhead(batches: Batch[]): void {
    while (this.#asked.length < JOBS_AT_ONCE) {
      const batch = batches.shift();
      if (batch === undefined) return;
      const sights = this.thread.look(this.#jobOf(batch));
      // It is awaited in its turn, unless an earlier one fails.
      sights.catch(() => undefined);
      this.#asked.push({ batch, sights });
    }
  }

  #jobOf({ group, task, pack }: Batch): LookJob {
    const room = task === 'read' ? this.#rooms.pop() : undefined;
    const job = { task, folder: group.folder, shape: group.shape, names: pack };
    return room === undefined ? job : { ...job, room };
  }

  async #takeIn(batch: Batch, sights: Sights): Promise<Batch[]> {
    const names = unpackNames(batch.pack);
    const next = await this.take(batch, names.slice(0, sights.count), sights);
    if (sights.room.byteLength > 0) this.#rooms.push(sights.room);
    return [...next, ...packNames(names.slice(sights.count)).map((pack) => ({ ...batch, pack }))];
  }
}
