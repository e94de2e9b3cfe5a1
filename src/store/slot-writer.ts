import type { Pending } from '../accounts/ledger.js';
import type { Log } from '../accounts/ports.js';
import type { TrustedAccount } from '../claims/jwt.js';
import type { Place } from './places.js';
import { saveError } from './save-errors.js';
import type { Anchor, Premise, SaveNote, SaveResult, Saver, Standing } from './saving/order.js';
import type { SlotReader } from './slot-reader.js';
import { temporaryName } from './temporary-files.js';

/** Where a token is written. */
export interface WriteTarget {
  readonly slot: string;
  /** The directory, which exists, and the file in it. */
  readonly folder: string;
  readonly file: string;
  /** The directory of `folder`, to be synced as well: nsc and parallel saves make directories and sync nothing. */
  readonly parent?: string;
  /** What the place promises about the content. */
  readonly promises?: Pick<Place, 'expectedName' | 'expectedKey'>;
}

/**
 * Has tokens written durably. Until that is done the slot is held, so that nothing is reported that a failure could still
 * take back; afterwards it is read and reported.
 */
export class SlotWriter {
  constructor(
    private readonly saver: Saver,
    private readonly reader: SlotReader,
    private readonly log: Log,
  ) {}

  /**
   * Resolves when the token is on the disk and the slot was reported. A newer good token that stands there or comes in
   * between stays, and is what gets reported.
   * @throws AccountsError `store.full`, `store.unavailable`; what stood there before is whole then
   */
  async write(target: WriteTarget, account: TrustedAccount): Promise<void> {
    // What stands there is judged before it is replaced.
    await this.reader.look(target.slot, { force: this.#isDeferred(target.slot) });
    await this.#save(target, account, undefined);
  }

  /**
   * As {@link write}, as long as the place is as it was last seen and holds this account: then nothing has to be looked
   * for. Answers whether it was; if not, nothing was done.
   * @param first has to be durable before the token stands there
   */
  async writeAsKnown(
    target: WriteTarget,
    account: TrustedAccount,
    anchor: Anchor,
    first?: Pending,
  ): Promise<boolean> {
    const known = this.reader.states.contentOf(target.slot);
    if (known === undefined || this.#isDeferred(target.slot)) return false;
    const { echoes } = this.reader;
    echoes.expect(target.slot);
    let saved = false;
    try {
      saved = await this.#save(target, account, { anchor, ...known }, first);
      return saved;
    } finally {
      if (saved) echoes.expire(target.slot);
      else if (echoes.revoke(target.slot)) void this.reader.look(target.slot);
    }
  }

  /** Whether what stands there was not judged when it was read, at the start: it may be good or bad. */
  #isDeferred(slot: string): boolean {
    return this.reader.states.get(slot)?.verdict === 'deferred';
  }

  /** Answers whether the premise held. */
  async #save(
    target: WriteTarget,
    account: TrustedAccount,
    premise: Premise | undefined,
    first?: Pending,
  ): Promise<boolean> {
    const { slot } = target;
    const release = this.reader.hold(slot);
    let standing: Standing | undefined;
    try {
      const result = await this.#order(target, account, premise, first);
      if (result.kind === 'changed') return false;
      standing = result.standing;
    } catch (error) {
      throw saveError(error, target.folder);
    } finally {
      release(standing && findingOf(target, account, standing));
    }
    if (standing === undefined) await this.reader.look(slot, { force: true });
    return true;
  }

  #order(
    { slot, folder, file, parent }: WriteTarget,
    { text, accountKey, issuedAtSeconds }: TrustedAccount,
    premise: Premise | undefined,
    first: Pending | undefined,
  ): Promise<SaveResult> {
    const verdict = this.reader.states.get(slot)?.verdict;
    const goodStands = verdict === 'accepted' || verdict === 'unchanged';
    const token = { text, accountKey, issuedAtSeconds };
    const order = { ...token, folder, file, parent, temporary: temporaryName(), goodStands, premise };
    return this.saver.save(order, (note) => this.#tell(slot, note), first);
  }

  #tell(slot: string, note: SaveNote): void {
    if (note.kind === 'not-taken-back') {
      this.log.error({ slot, reason: note.problem }, 'a failed write could not be taken back');
      return;
    }
    this.log.info({ slot }, 'another program wrote a newer token at the same moment; it was kept');
  }
}

/** What the save itself has read of its place. */
function findingOf(
  { slot, folder, file, promises }: WriteTarget,
  { text }: TrustedAccount,
  standing: Standing,
) {
  const reading = { kind: 'file', bytes: Buffer.from(text, 'latin1'), ...standing } as const;
  return { reading, place: { slot, path: `${folder}/${file}`, ...promises } };
}
