import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AccountsError } from '../accounts/errors.js';
import type { Pending } from '../accounts/ledger.js';
import type { AccountStore, Log, StoreListener } from '../accounts/ports.js';
import type { TrustedAccount } from '../claims/jwt.js';
import { type DirectoryStoreOptions, SWEEP_MS } from './directory-options.js';
import { DirectoryReader } from './directory-reader.js';
import { type DurableFiles, NODE_FILES } from './durable-files.js';
import { describeError } from './file-errors.js';
import { FolderLister } from './folder-lister.js';
import { JwtLayout, shardOf } from './jwt-layout.js';
import { Reports } from './reports.js';
import { RootFolder } from './root-folder.js';
import { readOnlyError, saveError } from './save-errors.js';
import { findHome, type Home } from './saving/home.js';
import { type ClosableSaver, openSaver } from './saving/saver.js';
import { SlotRemover } from './slot-remover.js';
import { SlotWriter, type WriteTarget } from './slot-writer.js';
import { removeAbandoned } from './temporary-files.js';
import { FileThread } from './thread/file-thread.js';

/** As every directory store, and how the files lie. */
export interface JwtDirectoryOptions extends DirectoryStoreOptions {
  /** Whether files lie in directories named by the last two characters of their keys. */
  readonly shard: boolean;
}

/**
 * A directory of `<account key>.jwt` files, the layout of nats-server's directory resolver and of the Go account
 * server. It is made if it is missing and may be written. It holds no operator JWT.
 */
export class JwtDirectoryStore implements AccountStore {
  readonly description: string;
  readonly writable: boolean;
  readonly #log: Log;
  readonly #dir: string;
  readonly #sharded: boolean;
  readonly #files: DurableFiles;
  readonly #layout: JwtLayout;
  readonly #root: RootFolder;
  readonly #reports = new Reports();
  readonly #reader: DirectoryReader;
  readonly #writer: SlotWriter;
  readonly #remover: SlotRemover;
  readonly #saver: ClosableSaver;
  /** Where the directory was when something was last written there. */
  #home: Home | undefined;

  constructor(options: JwtDirectoryOptions) {
    const { dir, shard, readOnly, log, sweepMs = SWEEP_MS, watch = true, files } = options;
    this.description = `${shard ? 'sharded ' : ''}JWT directory ${dir}`;
    this.writable = !readOnly;
    this.#log = log;
    this.#dir = dir;
    this.#sharded = shard;
    this.#files = files ?? NODE_FILES;
    this.#saver = openSaver(files);
    this.#root = new RootFolder(dir);
    const { thread = new FileThread() } = options;
    this.#layout = new JwtLayout(this.#root, shard, log, new FolderLister(thread));
    this.#reader = new DirectoryReader({
      layout: this.#layout,
      thread,
      log,
      sweepMs,
      watch,
      reports: this.#reports,
    });
    this.#writer = new SlotWriter(this.#saver, this.#reader.slots, log);
    this.#remover = new SlotRemover(this.#files, this.#reader, log);
  }

  /** Folders whose changes only the sweep finds, because the system has no more watches. */
  get unwatchedFolders(): number {
    return this.#reader.unwatchedFolders;
  }

  async start(listener: StoreListener): Promise<void> {
    if (this.writable) await this.#makeDirectory();
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
    if (await this.#saveAsKnown(account, first)) return;
    await first?.durable();
    const path = await this.#findRoot();
    this.#home = await findHome(this.#dir, path);
    const target = this.#targetIn(path, account.accountKey);
    if (this.#sharded) await this.#makeShard(target.folder);
    await this.#writer.write(target, account);
  }

  async remove(accountKey: string): Promise<void> {
    this.#makeSureOfAccess();
    await this.#remover.remove(this.#targetIn(await this.#findRoot(), accountKey), accountKey);
  }

  close(): Promise<void> {
    this.#saver.close();
    return this.#reader.close();
  }

  /** Nearly always all is as it was last seen. */
  async #saveAsKnown(account: TrustedAccount, first: Pending | undefined): Promise<boolean> {
    if (this.#home === undefined) return false;
    const { path, anchor } = this.#home;
    return this.#writer.writeAsKnown(this.#targetIn(path, account.accountKey), account, anchor, first);
  }

  /** @throws AccountsError when nothing can be written */
  #makeSureOfAccess(): void {
    if (!this.writable) throw readOnlyError(this.description);
    const { outage } = this.#reports;
    if (outage !== undefined) throw new AccountsError('store.unavailable', `${this.description}: ${outage}`);
  }

  /** Real path of the directory. */
  async #findRoot(): Promise<string> {
    const root = await this.#root.find();
    if (root.ok) return root.path;
    throw new AccountsError('store.unavailable', `${this.description}: ${root.problem}`);
  }

  /** Where an account goes; the shard need not be there yet. */
  #targetIn(root: string, accountKey: string): WriteTarget {
    const slot = this.#layout.slotOf(accountKey);
    const file = `${accountKey}.jwt`;
    const promises = { expectedKey: accountKey };
    if (!this.#sharded) return { slot, folder: root, file, promises };
    return { slot, folder: join(root, shardOf(accountKey)), file, parent: root, promises };
  }

  async #makeShard(folder: string): Promise<void> {
    try {
      await this.#files.makeDirectory(folder);
    } catch (error) {
      throw saveError(error, folder);
    }
  }

  async #makeDirectory(): Promise<void> {
    try {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    } catch (error) {
      this.#log.warn({ dir: this.#dir, reason: describeError(error) }, 'the JWT directory cannot be made');
    }
  }

  /** Removes what a process left behind that was killed in the middle of a save. */
  async #cleanUp(): Promise<void> {
    const folders = await this.#layout.ownFolders();
    for (const folder of folders) if (!this.#reports.ended) await removeAbandoned(folder);
  }
}
