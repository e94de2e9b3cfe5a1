import type { TrustedAccount } from '../claims/jwt.js';
import { type KeptText, keptOutside, moveText } from '../claims/kept-account.js';
import { FewByKey } from './few-by-key.js';
import type { SlotText } from './slot-text.js';
import { TokenShelf } from './token-shelf.js';
import { eachInTurns } from './turns.js';

/** What one slot of a store holds. */
export interface Slot {
  readonly name: string;
  /** The last good account that stood here; it stays served while the slot holds something bad. */
  account: TrustedAccount | undefined;
  modifiedAtMs: number;
  expectedName: string | undefined;
  /** What is wrong with what stands there now; reported once, until it changes. */
  problem: string | undefined;
  /** As `problem`, while it may still be a file that is just being written. */
  suspicion: string | undefined;
  /** What was read there and is still to be judged. */
  waiting: KeptText | undefined;
}

/** Places of tokens that were replaced, beyond a quarter of all, that are not worth tidying up. */
const LITTLE_WASTE = 1_000;

/**
 * All slots of the store, and which of them speaks for an account. One subject can stand in two places (a copy, or the
 * middle of a rename): then the greatest `iat` wins, next the slot whose directory has the account's name, next the
 * newer file.
 */
export class Slots {
  readonly #slots = new Map<string, Slot>();
  /** Slots that hold an account, or a text about it that waits to be judged. */
  readonly #byAccount = new FewByKey<Slot>();
  #shelf = new TokenShelf();
  /** How many tokens were given a place since the shelf was last tidied up. */
  #placed = 0;

  get(name: string): Slot | undefined {
    return this.#slots.get(name);
  }

  values(): Iterable<Slot> {
    return this.#slots.values();
  }

  /** The slot of this name, made if it is new. */
  open(name: string): Slot {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot: Slot = {
      name,
      account: undefined,
      modifiedAtMs: 0,
      expectedName: undefined,
      problem: undefined,
      suspicion: undefined,
      waiting: undefined,
    };
    this.#slots.set(name, slot);
    return slot;
  }

  /** Puts a good account into a slot; answers the one that stood there before. */
  fill(slot: Slot, account: TrustedAccount, found: SlotText): TrustedAccount | undefined {
    const before = slot.account;
    if (before?.accountKey !== account.accountKey) this.#unlink(slot);
    slot.account = keptOutside(account, this.#shelf.keep, found);
    slot.modifiedAtMs = found.modifiedAtMs;
    slot.expectedName = found.expectedName;
    slot.problem = undefined;
    slot.suspicion = undefined;
    this.#byAccount.add(slot.account.accountKey, slot);
    if (++this.#placed > this.#slots.size * 1.25 + LITTLE_WASTE) void this.#tidyUp();
    return before;
  }

  /** Takes the account out of a slot and keeps the slot. */
  empty(slot: Slot): void {
    this.#unlink(slot);
    slot.account = undefined;
  }

  /** Forgets a slot; answers the account that it held. */
  close(name: string): TrustedAccount | undefined {
    const slot = this.#slots.get(name);
    if (slot === undefined) return undefined;
    this.#slots.delete(name);
    this.#unlink(slot);
    return slot.account;
  }

  /** Has a text wait in a slot until it is judged: the slot does not speak for the account before. */
  wait(slot: Slot, text: KeptText): void {
    slot.waiting = text;
    this.#byAccount.add(text.accountKey, slot);
  }

  /** The text about this account that waited in the slot was judged. */
  waited(slot: Slot, accountKey: string): void {
    if (slot.account?.accountKey !== accountKey) this.#byAccount.remove(accountKey, slot);
  }

  /** The slots in which a text about this account waits. */
  waitingFor(accountKey: string): readonly Slot[] {
    return this.#byAccount.of(accountKey).filter(({ waiting }) => waiting !== undefined);
  }

  /** How many slots hold a token of this account. */
  count(accountKey: string): number {
    let count = 0;
    for (const slot of this.#byAccount.of(accountKey)) if (holds(slot, accountKey)) count++;
    return count;
  }

  /** The slot that speaks for this account. */
  winner(accountKey: string): Slot | undefined {
    let best: Slot | undefined;
    for (const slot of this.#byAccount.of(accountKey)) {
      if (holds(slot, accountKey) && (best === undefined || beats(slot, best))) best = slot;
    }
    return best;
  }

  /** Moves all tokens close together: where others were replaced, memory is freed only once all around them are. */
  #tidyUp(): Promise<void> {
    this.#shelf = new TokenShelf();
    this.#placed = 0;
    return eachInTurns(this.#slots.values(), ({ account }) => {
      if (account === undefined) return;
      moveText(account, this.#shelf.keep);
      this.#placed++;
    });
  }

  #unlink(slot: Slot): void {
    if (slot.account !== undefined) this.#byAccount.remove(slot.account.accountKey, slot);
  }
}

/** Whether it does already: a text may still wait there. */
function holds({ account }: Slot, accountKey: string): boolean {
  return account?.accountKey === accountKey;
}

function beats(one: Slot, other: Slot): boolean {
  const difference =
    issuedAt(one) - issuedAt(other) ||
    Number(hasItsName(one)) - Number(hasItsName(other)) ||
    one.modifiedAtMs - other.modifiedAtMs;
  // Names decide last, so that two identical copies give the same winner at every start.
  return difference > 0 || (difference === 0 && one.name < other.name);
}

function issuedAt(slot: Slot): number {
  return slot.account?.issuedAtSeconds ?? 0;
}

function hasItsName(slot: Slot): boolean {
  return slot.expectedName === undefined || slot.expectedName === slot.account?.name;
}
