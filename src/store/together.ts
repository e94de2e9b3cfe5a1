import type { FileReading } from './file-reading.js';
import type { UsualPlace } from './places.js';
import type { FileThread } from './thread/file-thread.js';
import { SIGHT, type Sights } from './thread/jobs.js';
import { readingOf } from './thread/sights.js';

/** Readings that are under way by themselves before others are put together: four threads do them. */
const MANY = 8;

interface Asked {
  readonly usual: UsualPlace;
  readonly answer: (reading: FileReading | undefined) => void;
}

/**
 * Readings of single files that come in crowds, as those after a checkout do: they are put together for the file thread.
 * One by one each takes six trips to the thread pool, whose threads then compete with the one that answers GETs.
 */
export class TogetherReader {
  #underWay = 0;
  /** Readings that were asked for since there were none. */
  #crowd = 0;
  #asked: Asked[] = [];
  #isReading = false;
  #room: ArrayBuffer | undefined;

  constructor(private readonly thread: FileThread) {}

  /** Counts a reading until the answered function is called. */
  begin(): () => void {
    this.#underWay++;
    this.#crowd++;
    return () => {
      if (--this.#underWay === 0) this.#crowd = 0;
    };
  }

  /** Whether a reading had better be put together with others. */
  get isWorth(): boolean {
    if (this.#underWay <= MANY) return false;
    return this.thread.isWorth('read', this.thread.isRunning ? Number.POSITIVE_INFINITY : this.#crowd);
  }

  /** Reads a file with others; undefined when only a careful reading by itself can tell what is there. */
  read(usual: UsualPlace): Promise<FileReading | undefined> {
    return new Promise((answer) => {
      this.#asked.push({ usual, answer });
      if (this.#isReading) return;
      this.#isReading = true;
      // Those that are asked for in one turn go together.
      setImmediate(() => void this.#readAll());
    });
  }

  async #readAll(): Promise<void> {
    while (this.#asked.length > 0) await this.#readSome();
    this.#isReading = false;
  }

  /** Those that stand in the folder of the first: hardly ever there are others. */
  async #readSome(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    const [first] = asked;
    const together = asked.filter(({ usual }) => usual.folder === first?.usual.folder);
    const sights = await this.#look(together);
    for (const [i, { answer }] of together.entries()) answer(sights && answerOf(sights, i));
    this.#room = sights?.room;
    for (const { usual, answer } of asked) if (usual.folder !== first?.usual.folder) answer(undefined);
  }

  /** Undefined when the thread cannot do it. */
  async #look(asked: readonly Asked[]): Promise<Sights | undefined> {
    const [first] = asked;
    if (first === undefined) return undefined;
    const { folder, shape } = first.usual;
    const names = { count: asked.length, text: asked.map(({ usual }) => usual.name).join('/') };
    const job = { task: 'read', folder, shape, names, unseen: true } as const;
    const room = this.#room;
    this.#room = undefined;
    try {
      return await this.thread.look(room === undefined ? job : { ...job, room });
    } catch {
      // A sweep tells of it.
      return undefined;
    }
  }
}

/** The bytes are copied, since the room is filled again. */
function answerOf(sights: Sights, i: number): FileReading | undefined {
  const kind = i < sights.count ? sights.kinds[i] : SIGHT.odd;
  if (kind === SIGHT.absent) return { kind: 'absent' };
  if (kind === SIGHT.odd) return undefined;
  const reading = readingOf(sights, i);
  return { ...reading, bytes: Buffer.from(reading.bytes) };
}
