import { join } from 'node:path';
import { AccountsError } from '../accounts/errors.js';
import type { Pending } from '../accounts/ledger.js';
import type { Log } from '../accounts/ports.js';
import type { TrustedAccount } from '../claims/jwt.js';
import type { DurableFiles } from './durable-files.js';
import { describeError, errorCode } from './file-errors.js';
import { readRegularFile } from './file-reading.js';
import type { NameIndex } from './name-index.js';
import { type NscLayout, slotOf } from './nsc-layout.js';
import { jwtFileName, unfitForNewDirectory, unsafeName } from './nsc-names.js';
import { saveError } from './save-errors.js';
import { findHome, type Home } from './saving/home.js';
import type { SlotReader } from './slot-reader.js';
import type { SlotWriter, WriteTarget } from './slot-writer.js';
import { type Glance, glance } from './token-glance.js';

/** What writing into an nsc directory needs. */
export interface NscWriterNeeds {
  /** The operator directory as an administrator named it. */
  readonly dir: string;
  readonly layout: NscLayout;
  readonly names: NameIndex;
  readonly reader: SlotReader;
  readonly slots: SlotWriter;
  readonly files: DurableFiles;
  readonly log: Log;
}

/** Where an account goes. */
interface Plan {
  readonly directory: string;
  /** The directory that held the account under its former name. */
  readonly formerly?: string;
}

/** A directory and the token in it. */
interface Holder {
  readonly directory: string;
  readonly token: Glance;
}

/** Writes accounts into an nsc directory as nsc itself lays them out, so that nsc takes them for its own. */
export class NscWriter {
  /** `accounts/`, once something was written there. */
  #home: Home | undefined;

  constructor(private readonly needs: NscWriterNeeds) {}

  /**
   * @param first has to be durable before the account stands there
   * @throws AccountsError `name.invalid`, `name.conflict`, `store.full`, `store.unavailable`, `state.unavailable`
   */
  async write(account: TrustedAccount, first?: Pending): Promise<void> {
    const unsafe = unsafeName(account.name);
    if (unsafe !== undefined) throw invalidName(account.name, unsafe);
    if (await this.#writeAsKnown(account, first)) return;
    await first?.durable();
    const accounts = await this.#accountsFolder();
    const plan = await this.#plan(account);
    await this.#writeInto(plan.directory, account, accounts);
    if (plan.formerly !== undefined)
      await this.#leave(plan.formerly, plan.directory, account.accountKey, accounts);
  }

  /** Nearly always an account is in the directory of its name, and all is as it was last seen. */
  async #writeAsKnown(account: TrustedAccount, first: Pending | undefined): Promise<boolean> {
    if (this.#home === undefined) return false;
    const { path, anchor } = this.#home;
    const folder = join(path, account.name);
    return this.needs.slots.writeAsKnown(targetOf(account.name, folder, path), account, anchor, first);
  }

  /** An account stays in the directory that holds it, unless its name changed; a new directory must not clash. */
  async #plan(account: TrustedAccount): Promise<Plan> {
    const { name, accountKey } = account;
    const namesake = await this.#tokenIn(name);
    if (namesake?.subject === accountKey) return { directory: name };
    if (namesake !== undefined) throw nameConflict(name, `it is the name of account ${namesake.subject}`);
    const former = await this.#holderOf(account);
    if (former?.token.name === name) return { directory: former.directory };
    const unfit = unfitForNewDirectory(name);
    if (unfit !== undefined) throw invalidName(name, unfit);
    const alike = await this.#takenAlike(name, former?.directory);
    if (alike !== undefined)
      throw nameConflict(name, `${JSON.stringify(alike)} differs from it by letter case alone`);
    return { directory: name, ...(former !== undefined && { formerly: former.directory }) };
  }

  /** The directory that holds this account, its name unchanged if there is one of several. */
  async #holderOf({ name, accountKey }: TrustedAccount): Promise<Holder | undefined> {
    let holder: Holder | undefined;
    for (const directory of await this.needs.names.directoriesOf(accountKey)) {
      const token = await this.#tokenIn(directory);
      if (token?.subject !== accountKey) continue;
      if (token.name === name) return { directory, token };
      holder ??= { directory, token };
    }
    return holder;
  }

  /** A directory of an account whose name differs by letter case alone, besides the one that is left. */
  async #takenAlike(name: string, left: string | undefined): Promise<string | undefined> {
    for (const alike of await this.needs.names.namedLike(name)) {
      if (alike !== name && alike !== left && (await this.#holdsFile(alike))) return alike;
    }
    return undefined;
  }

  async #holdsFile(directory: string): Promise<boolean> {
    const place = await this.needs.layout.locate(slotOf(directory));
    if (place === undefined || place.problem !== undefined) return place !== undefined;
    return (await readRegularFile(place.path, 'refuse')).kind !== 'absent';
  }

  /** The token that a directory holds, if it holds one. */
  async #tokenIn(directory: string): Promise<Glance | undefined> {
    const place = await this.needs.layout.locate(slotOf(directory));
    if (place === undefined) return undefined;
    if (place.problem !== undefined)
      throw new AccountsError('store.unavailable', `${place.slot} ${place.problem}`);
    const reading = await readRegularFile(place.path, 'refuse');
    return reading.kind === 'file' ? glance(reading.bytes) : undefined;
  }

  async #writeInto(directory: string, account: TrustedAccount, accounts: string): Promise<void> {
    const { files, layout, slots } = this.needs;
    const place = await layout.locate(slotOf(directory));
    const folder = place?.folder ?? join(accounts, directory);
    try {
      if (place === undefined) await files.makeDirectory(folder);
      await slots.write(targetOf(directory, folder, accounts), account);
    } catch (error) {
      // Only an empty directory goes, that is one that was made for this.
      if (place === undefined) await files.removeDirectory(folder).catch(() => undefined);
      throw saveError(error, folder);
    }
  }

  /** Real path of `accounts/`, made if there is none yet. */
  async #accountsFolder(): Promise<string> {
    const { layout, files } = this.needs;
    const found = await layout.findFolders();
    this.#home = undefined;
    if (!found.ok) throw new AccountsError('store.unavailable', found.problem);
    if (found.accounts !== undefined) {
      this.#home = await findHome(join(this.needs.dir, 'accounts'), found.accounts);
      return found.accounts;
    }
    const path = join(found.root, 'accounts');
    try {
      await files.makeDirectory(path);
      await files.syncDirectory(found.root);
    } catch (error) {
      throw saveError(error, path);
    }
    await layout.findFolders();
    return path;
  }

  /** After a rename: users move along and the old directory goes, as with `nsc rename account`. */
  async #leave(old: string, directory: string, accountKey: string, accounts: string): Promise<void> {
    const { files, reader, log } = this.needs;
    const from = join(accounts, old);
    try {
      // nsc may have put another account there by now.
      if ((await this.#tokenIn(old))?.subject !== accountKey) return;
      await files.rename(join(from, 'users'), join(accounts, directory, 'users')).catch(ignoreAbsence);
      await files.unlink(join(from, jwtFileName(old)));
      await files.removeDirectory(from);
      await files.syncDirectory(accounts);
    } catch (error) {
      // The account itself is safe in its new place; readers prefer the newer of two tokens.
      log.warn(
        { directory: from, reason: describeError(error) },
        'the directory of a renamed account could not be removed',
      );
    }
    await reader.look(slotOf(old));
  }
}

function targetOf(directory: string, folder: string, parent: string): WriteTarget {
  const promises = { expectedName: directory };
  return { slot: slotOf(directory), folder, file: jwtFileName(directory), parent, promises };
}

function ignoreAbsence(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}

function invalidName(name: string, why: string): AccountsError {
  return new AccountsError(
    'name.invalid',
    `${JSON.stringify(name)} cannot be the name of an account directory: ${why}`,
  );
}

function nameConflict(name: string, why: string): AccountsError {
  return new AccountsError('name.conflict', `the name ${JSON.stringify(name)} is taken: ${why}`);
}
