import { join } from 'node:path';
import type { Log } from '../accounts/ports.js';
import type { DirectoryReader } from './directory-reader.js';
import type { DurableFiles } from './durable-files.js';
import { errorCode } from './file-errors.js';
import { saveError } from './save-errors.js';
import type { WriteTarget } from './slot-writer.js';
import { StandingFile } from './standing-file.js';
import { temporaryName } from './temporary-files.js';
import { glance } from './token-glance.js';

/** What is removed. */
export interface RemovalTarget extends WriteTarget {
  /** The folder is the account's own: it goes too when nothing else is in it. */
  readonly folderOfItsOwn?: true;
}

/**
 * Removes tokens durably: the file loses its name, the directory is synced, then the file goes. Until the sync the
 * removal can be taken back whole; a process that is killed in between leaves a temporary file, which the next one
 * removes. The slot is held meanwhile, and reported as gone before {@link remove} resolves.
 */
export class SlotRemover {
  constructor(
    private readonly files: DurableFiles,
    private readonly reader: DirectoryReader,
    private readonly log: Log,
  ) {}

  /**
   * Resolves when no token of this account stands in the slot; a token of another account stays.
   * @throws AccountsError `store.full`, `store.unavailable`; what stood there is whole then
   */
  async remove(target: RemovalTarget, accountKey: string): Promise<void> {
    const { slots } = this.reader;
    const release = slots.hold(target.slot);
    try {
      if (await this.#takeAway(target, accountKey)) this.reader.removed(target.slot);
    } catch (error) {
      throw saveError(error, join(target.folder, target.file));
    } finally {
      release();
    }
    // Somebody may have written there in the meantime.
    await slots.look(target.slot);
  }

  /** Answers whether nothing stands there now. */
  async #takeAway(target: RemovalTarget, accountKey: string): Promise<boolean> {
    const path = join(target.folder, target.file);
    const standing = await StandingFile.open(path);
    if (standing === undefined) return true;
    await standing.close();
    if ((glance(standing.bytes)?.subject ?? accountKey) !== accountKey) return false;
    const aside = join(target.folder, temporaryName());
    await this.files.rename(path, aside);
    await this.#makeSure(target, path, aside);
    await this.#discard(target, aside);
    return true;
  }

  /** Until the directory is synced the removal has not happened; if that fails the file gets its name back. */
  async #makeSure({ slot, folder }: RemovalTarget, path: string, aside: string): Promise<void> {
    try {
      await this.files.syncDirectory(folder);
    } catch (error) {
      await this.files.rename(aside, path).catch((cause: unknown) => {
        this.log.error({ err: cause, slot }, 'a failed removal could not be taken back');
      });
      throw error;
    }
  }

  /** The account is gone already: what fails here leaves a file that no reader takes for a token. */
  async #discard({ slot, folder, parent, folderOfItsOwn }: RemovalTarget, aside: string): Promise<void> {
    try {
      await this.files.unlink(aside);
      if (folderOfItsOwn !== true) return;
      await this.files.removeDirectory(folder);
      if (parent !== undefined) await this.files.syncDirectory(parent);
    } catch (error) {
      // Users, or whatever else an administrator keeps there.
      if (['ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) return;
      this.log.warn({ err: error, slot }, 'the remains of a deleted account could not be removed');
    }
  }
}
