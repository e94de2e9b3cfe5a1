import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { DurableFiles } from '../durable-files.js';
import { describeError, isAbsence } from '../file-errors.js';
import { saveError } from '../save-errors.js';
import { StandingFile } from '../standing-file.js';
import { glance } from '../token-glance.js';
import type { FileCalls } from './file-calls.js';
import type { Premise, SaveNote, SaveOrder, SaveResult, Standing } from './order.js';

/** New files are for their owner alone; replaced ones keep their permissions, as nsc keeps them. */
const NEW_FILE_MODE = 0o600;

/** Carries out orders with the calls it is given: temporary file, sync, rename, sync of the directories, reading. */
export class Replacing {
  constructor(
    private readonly files: DurableFiles,
    private readonly calls: FileCalls,
  ) {}

  /**
   * As `Saver.save`.
   * @param first has been begun; the token gets its name when it has ended well
   */
  async save(order: SaveOrder, note: (note: SaveNote) => void, first?: Promise<void>): Promise<SaveResult> {
    try {
      return await new Replacement(this.files, this.calls, order, note, first).run();
    } catch (error) {
      throw saveError(error, join(order.folder, order.file));
    }
  }
}

/** One token that takes the place of another. */
class Replacement {
  readonly #path: string;
  readonly #temporary: string;
  readonly #bytes: Buffer;

  constructor(
    private readonly files: DurableFiles,
    private readonly calls: FileCalls,
    private readonly order: SaveOrder,
    private readonly note: (note: SaveNote) => void,
    private readonly first: Promise<void> | undefined,
  ) {
    this.#path = join(order.folder, order.file);
    this.#temporary = join(order.folder, order.temporary);
    this.#bytes = Buffer.from(order.text, 'latin1');
  }

  async run(): Promise<SaveResult> {
    const { premise } = this.order;
    if (premise !== undefined && !(await this.#leadsThere(premise))) return { kind: 'changed' };
    const standing = await StandingFile.open(this.#path, this.calls);
    try {
      if (premise !== undefined && !this.#isAsKnown(premise, standing)) return { kind: 'changed' };
      return { kind: 'saved', standing: await this.#replace(standing) };
    } finally {
      standing?.discard();
    }
  }

  /** Whether the administrator's path still leads to the directory that it led to, and the folder is no link. */
  async #leadsThere({ anchor }: Premise): Promise<boolean> {
    try {
      const { dev, ino } = await this.calls.stat(anchor.path);
      if (dev !== anchor.dev || ino !== anchor.ino) return false;
      return (await this.calls.lstat(this.order.folder)).isDirectory();
    } catch (error) {
      if (isAbsence(error)) return false;
      throw error;
    }
  }

  /** Whether the content is the one that was judged when it was read, and of our account. */
  #isAsKnown({ stamp, checksum }: Premise, standing: StandingFile | undefined): boolean {
    if (standing === undefined || standing.content.stamp !== stamp) return false;
    if (checksum !== undefined && crc32(standing.bytes) !== checksum) return false;
    return standing.token?.subject === this.order.accountKey;
  }

  async #replace(standing: StandingFile | undefined): Promise<Standing | undefined> {
    if (standing !== undefined && this.#isOutdoneBy(standing)) return undefined;
    if (standing?.bytes.equals(this.#bytes) === true) {
      await this.first;
      await standing.sync();
      await this.#syncEntries();
    } else {
      await this.#put(this.#bytes, standing?.mode ?? NEW_FILE_MODE);
      await this.#makeSure(standing);
      await this.#yieldToNewer(standing);
    }
    return this.#readBack();
  }

  /** Whether a good token that is newer stands there: one that came in since the pushed one was judged. */
  #isOutdoneBy(standing: StandingFile): boolean {
    if (!this.order.goodStands) return false;
    const { token } = standing;
    return token?.subject === this.order.accountKey && token.issuedAt > this.order.issuedAtSeconds;
  }

  /** Writes into a temporary file and gives it the name. */
  async #put(bytes: Uint8Array, mode: number): Promise<void> {
    try {
      const writing = await this.files.create(this.#temporary, mode);
      try {
        await writing.write(bytes);
        await writing.sync();
      } finally {
        await writing.close();
      }
      await this.first;
      await this.files.rename(this.#temporary, this.#path);
    } catch (error) {
      await this.files.unlink(this.#temporary).catch(() => undefined);
      throw error;
    }
  }

  /** Until the directory is synced the save has not happened; if that fails, what stood there is put back. */
  async #makeSure(before: StandingFile | undefined): Promise<void> {
    try {
      await this.#syncEntries();
    } catch (error) {
      await this.#putBack(before).catch((cause: unknown) => {
        this.note({ kind: 'not-taken-back', problem: describeError(cause) });
      });
      throw error;
    }
  }

  async #syncEntries(): Promise<void> {
    const { folder, parent } = this.order;
    await this.files.syncDirectory(folder);
    if (parent !== undefined) await this.files.syncDirectory(parent);
  }

  async #putBack(before: StandingFile | undefined): Promise<void> {
    if (before !== undefined) await this.#put(before.bytes, before.mode);
    else await this.files.unlink(this.#path);
  }

  /** nsc may have written into the replaced file in the meantime: the newer token wins, wherever it came from. */
  async #yieldToNewer(replaced: StandingFile | undefined): Promise<void> {
    const theirs = await replaced?.overwritten();
    const token = glance(theirs);
    if (replaced === undefined || theirs === undefined || token === undefined) return;
    if (token.selfSigned || token.issuedAt <= this.order.issuedAtSeconds) return;
    await this.#put(theirs, replaced.mode);
    await this.#syncEntries();
    this.note({ kind: 'newer-kept' });
  }

  /** Undefined when something else than our token stands there. */
  async #readBack(): Promise<Standing | undefined> {
    const found = await StandingFile.open(this.#path, this.calls).catch(() => undefined);
    await found?.close();
    if (found?.bytes.equals(this.#bytes) !== true) return undefined;
    const { modifiedAtMs, stamp, fresh } = found.content;
    return { modifiedAtMs, stamp, fresh };
  }
}
