import { dirname } from 'node:path';
import { AccountsError } from '../accounts/errors.js';
import { KeyedQueue } from '../accounts/keyed-queue.js';
import type { Pending } from '../accounts/ledger.js';
import type { AccountStore, Log, StoreListener } from '../accounts/ports.js';
import type { TrustedAccount } from '../claims/jwt.js';
import { type DirectoryStoreOptions, SWEEP_MS } from './directory-options.js';
import { DirectoryReader } from './directory-reader.js';
import { NODE_FILES } from './durable-files.js';
import { FolderLister } from './folder-lister.js';
import { removeLeftovers } from './leftovers.js';
import { NameIndex } from './name-index.js';
import { NscLayout, slotOf } from './nsc-layout.js';
import { foldCase, jwtFileName } from './nsc-names.js';
import { NscOperatorFile } from './nsc-operator.js';
import { NscWriter } from './nsc-writer.js';
import { Reports } from './reports.js';
import { RootFolder } from './root-folder.js';
import { readOnlyError } from './save-errors.js';
import { type ClosableSaver, openSaver } from './saving/saver.js';
import { SingleFile } from './single-file.js';
import { SlotRemover } from './slot-remover.js';
import { SlotWriter } from './slot-writer.js';
import { FileThread } from './thread/file-thread.js';

/**
 * An nsc operator directory (`.nsc`, `<operator>.jwt`, `accounts/<name>/<name>.jwt`) as a store: what nsc, git or an
 * editor changes there is reported at once, and what is saved there nsc takes for its own.
 */
export class NscDirectoryStore implements AccountStore {
  readonly description: string;
  readonly writable: boolean;
  readonly #log: Log;
  readonly #layout: NscLayout;
  readonly #thread: FileThread;
  readonly #reports = new Reports();
  readonly #operator: SingleFile;
  readonly #reader: DirectoryReader;
  readonly #names: NameIndex;
  readonly #writer: NscWriter;
  readonly #remover: SlotRemover;
  readonly #saver: ClosableSaver;
  /** Two saves must not make the same directory. */
  readonly #saves = new KeyedQueue();

  constructor(options: DirectoryStoreOptions) {
    const { dir, readOnly, log, sweepMs = SWEEP_MS, watch = true, files } = options;
    this.description = `nsc directory ${dir}`;
    this.writable = !readOnly;
    this.#log = log;
    const root = new RootFolder(dir);
    const { thread = new FileThread() } = options;
    this.#thread = thread;
    const layout = new NscLayout(root, new FolderLister(thread));
    this.#layout = layout;
    this.#operator = this.#watchOperator(dir, root);
    this.#reader = new DirectoryReader({
      layout,
      thread,
      log,
      sweepMs,
      watch,
      reports: this.#reports,
      operator: (force) => this.#operator.look(force),
    });
    const { slots: reader, firstEnd } = this.#reader;
    this.#names = new NameIndex(reader.states, firstEnd);
    if (!readOnly) reader.states.follow(this.#names);
    this.#saver = openSaver(files);
    const slots = new SlotWriter(this.#saver, reader, log);
    const common = { files: files ?? NODE_FILES, log };
    this.#remover = new SlotRemover(common.files, this.#reader, log);
    this.#writer = new NscWriter({ ...common, dir, layout, names: this.#names, reader, slots });
  }

  /** Folders whose changes only the sweep finds, because the system has no more watches. */
  get unwatchedFolders(): number {
    return this.#reader.unwatchedFolders;
  }

  async start(listener: StoreListener): Promise<void> {
    await this.#reader.start(listener);
    if (this.writable) void this.#cleanUp();
  }

  reread(): Promise<void> {
    return this.#reader.reread();
  }

  save(account: TrustedAccount): Promise<void> {
    return this.saveAfter(account);
  }

  async saveAfter(account: TrustedAccount, first?: Pending): Promise<void> {
    this.#makeSureOfAccess();
    await this.#saves.run(foldCase(account.name), () => this.#writer.write(account, first));
  }

  /**
   * Takes away the account's JWT file, as `nsc delete account` does, and its directory when nothing else is in it. What
   * nsc deletes beyond that stays: its users' JWTs cannot be had again, and a request that came over the network must
   * not cost an administrator what only this directory holds. nsc lists directories with a JWT alone, so to nsc the
   * account is deleted; pushed or pulled again, it has its users back.
   */
  async remove(accountKey: string): Promise<void> {
    this.#makeSureOfAccess();
    for (const directory of await this.#names.directoriesOf(accountKey)) {
      await this.#saves.run(foldCase(directory), () => this.#removeFrom(directory, accountKey));
    }
  }

  async close(): Promise<void> {
    await this.#saves.idle();
    this.#saver.close();
    this.#operator.close();
    await this.#reader.close();
  }

  /** @throws AccountsError when nothing can be written */
  #makeSureOfAccess(): void {
    if (!this.writable) throw readOnlyError(this.description);
    const { outage } = this.#reports;
    if (outage !== undefined) throw new AccountsError('store.unavailable', `${this.description}: ${outage}`);
  }

  async #removeFrom(directory: string, accountKey: string): Promise<void> {
    const slot = slotOf(directory);
    const place = await this.#layout.locate(slot);
    if (place?.folder === undefined) return;
    const target = { slot, folder: place.folder, file: jwtFileName(directory) };
    await this.#remover.remove(
      { ...target, parent: dirname(place.folder), folderOfItsOwn: true },
      accountKey,
    );
  }

  #watchOperator(dir: string, root: RootFolder): SingleFile {
    const file = new NscOperatorFile(dir, root);
    return new SingleFile(() => file.find(), {
      read: (path, bytes) => this.#reports.operatorRead(path, bytes),
      unreadable: (path, problem) => this.#reports.operatorUnreadable(path, problem),
    });
  }

  async #cleanUp(): Promise<void> {
    const listing = await this.#layout.list();
    if (!listing.ok) return;
    const removed = await removeLeftovers(listing.places, this.#thread, () => this.#reports.ended);
    if (removed > 0) this.#log.info({ removed }, 'removed temporary files of a process that was killed');
  }
}
