import { join } from 'node:path';
import type { Log } from '../accounts/ports.js';
import type { TrustedAccount } from '../claims/jwt.js';
import type { DurableFiles } from './durable-files.js';
import { saveError } from './save-errors.js';
import type { SlotReader } from './slot-reader.js';
import { StandingFile } from './standing-file.js';
import { temporaryName } from './temporary-files.js';
import { glance } from './token-glance.js';

/** Where a token is written. */
export interface WriteTarget {
  readonly slot: string;
  /** The directory, which exists, and the file in it. */
  readonly folder: string;
  readonly file: string;
  /** The directory of `folder`, to be synced as well: nsc and parallel saves make directories and sync nothing. */
  readonly parent?: string;
}

/** New files are for their owner alone; replaced ones keep their permissions, as nsc keeps them. */
const NEW_FILE_MODE = 0o600;

/**
 * Writes tokens durably: temporary file, sync, rename, sync of the directory. Until then the slot is held, so that
 * nothing is reported that a failure could still take back; afterwards it is read and reported.
 */
export class SlotWriter {
  constructor(
    private readonly files: DurableFiles,
    private readonly reader: SlotReader,
    private readonly log: Log,
  ) {}

  /**
   * Resolves when the token is on the disk and the slot was reported. A newer good token that stands there or comes in
   * between stays, and is what gets reported.
   * @throws AccountsError `store.full`, `store.unavailable`; what stood there before is whole then
   */
  async write(target: WriteTarget, account: TrustedAccount): Promise<void> {
    const { slot } = target;
    // What stands there is judged before it is replaced.
    await this.reader.look(slot);
    const release = this.reader.hold(slot);
    try {
      await this.#replace(target, account);
    } catch (error) {
      throw saveError(error, join(target.folder, target.file));
    } finally {
      release();
    }
    await this.reader.look(slot, { force: true });
  }

  async #replace(target: WriteTarget, account: TrustedAccount): Promise<void> {
    const bytes = Buffer.from(account.text, 'latin1');
    const standing = await StandingFile.open(join(target.folder, target.file));
    try {
      if (standing !== undefined && this.#outdoes(target.slot, standing.bytes, account)) return;
      if (standing?.bytes.equals(bytes) === true) {
        await standing.sync();
        return await this.#syncEntries(target);
      }
      await this.#put(target, bytes, standing?.mode ?? NEW_FILE_MODE);
      await this.#makeSure(target, standing);
      await this.#yieldToNewer(target, standing, account);
    } finally {
      await standing?.close();
    }
  }

  /** Writes into a temporary file and gives it the name. */
  async #put({ folder, file }: WriteTarget, bytes: Uint8Array, mode: number): Promise<void> {
    const temporary = join(folder, temporaryName());
    try {
      const writing = await this.files.create(temporary, mode);
      try {
        await writing.write(bytes);
        await writing.sync();
      } finally {
        await writing.close();
      }
      await this.files.rename(temporary, join(folder, file));
    } catch (error) {
      await this.files.unlink(temporary).catch(() => undefined);
      throw error;
    }
  }

  /** Until the directory is synced the save has not happened; if that fails, what stood there is put back. */
  async #makeSure(target: WriteTarget, before: StandingFile | undefined): Promise<void> {
    try {
      await this.#syncEntries(target);
    } catch (error) {
      await this.#putBack(target, before).catch((cause: unknown) => {
        this.log.error({ err: cause, slot: target.slot }, 'a failed write could not be taken back');
      });
      throw error;
    }
  }

  async #syncEntries({ folder, parent }: WriteTarget): Promise<void> {
    await this.files.syncDirectory(folder);
    if (parent !== undefined) await this.files.syncDirectory(parent);
  }

  async #putBack(target: WriteTarget, before: StandingFile | undefined): Promise<void> {
    if (before !== undefined) await this.#put(target, before.bytes, before.mode);
    else await this.files.unlink(join(target.folder, target.file));
  }

  /** nsc may have written into the replaced file in the meantime: the newer token wins, wherever it came from. */
  async #yieldToNewer(
    target: WriteTarget,
    replaced: StandingFile | undefined,
    ours: TrustedAccount,
  ): Promise<void> {
    const theirs = await replaced?.overwritten();
    const token = glance(theirs);
    if (
      theirs === undefined ||
      token === undefined ||
      token.selfSigned ||
      token.issuedAt <= ours.issuedAtSeconds
    )
      return;
    await this.#put(target, theirs, replaced?.mode ?? NEW_FILE_MODE);
    await this.#syncEntries(target);
    this.log.info(
      { slot: target.slot },
      'another program wrote a newer token at the same moment; it was kept',
    );
  }

  /** Whether a good token that is newer stands there: one that came in since the pushed one was judged. */
  #outdoes(slot: string, standing: Uint8Array, ours: TrustedAccount): boolean {
    const verdict = this.reader.states.get(slot)?.verdict;
    if (verdict !== 'accepted' && verdict !== 'unchanged') return false;
    const token = glance(standing);
    return token?.subject === ours.accountKey && token.issuedAt > ours.issuedAtSeconds;
  }
}
