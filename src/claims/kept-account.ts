import type { TrustedAccount, Unproven } from './jwt.js';
import type { AccountKey } from './keys.js';

/** Where a text stands: bytes outside of the heap, one for each character. They never change. */
export interface TextPlace {
  readonly slab: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The text that stands in a place. */
export function textAt({ slab, start, end }: TextPlace): string {
  return slab.toString('latin1', start, end);
}

/** An account that keeps the place of its text instead of the text: a string is made whenever somebody asks for it. */
class KeptAccount implements Unproven<TrustedAccount> {
  readonly accountKey: AccountKey;
  readonly issuerKey: string;
  readonly name: string;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
  readonly notBeforeSeconds: number;
  readonly exporters: readonly AccountKey[];
  // Not as a place: that would be one more object for each account.
  #slab: Buffer;
  #start: number;
  #end: number;

  constructor(account: TrustedAccount, { slab, start, end }: TextPlace) {
    this.accountKey = account.accountKey;
    this.issuerKey = account.issuerKey;
    this.name = account.name;
    this.issuedAtSeconds = account.issuedAtSeconds;
    this.expiresAtSeconds = account.expiresAtSeconds;
    this.notBeforeSeconds = account.notBeforeSeconds;
    this.exporters = account.exporters;
    this.#slab = slab;
    this.#start = start;
    this.#end = end;
  }

  get text(): string {
    return this.#slab.toString('latin1', this.#start, this.#end);
  }

  get bytes(): Buffer {
    return this.#slab.subarray(this.#start, this.#end);
  }

  moveTo({ slab, start, end }: TextPlace): void {
    this.#slab = slab;
    this.#start = start;
    this.#end = end;
  }
}

/** Copies bytes to a place where they stay. */
export type KeepBytes = (bytes: Uint8Array) => TextPlace;

/**
 * The same account with its text outside of the heap.
 * @param place where the text may stand already
 * @param keep finds a place when it does not
 */
export function keptOutside(
  account: TrustedAccount,
  place: TextPlace | undefined,
  keep: KeepBytes,
): TrustedAccount {
  const { text } = account;
  const stands = place !== undefined && textAt(place) === text;
  const kept: Unproven<TrustedAccount> = new KeptAccount(
    account,
    stands ? place : keep(Buffer.from(text, 'latin1')),
  );
  // All of it is that of an account which is trusted already.
  return kept as TrustedAccount;
}

/** Finds another place for the text of an account; those that are not {@link keptOutside} stay as they are. */
export function moveText(account: TrustedAccount, keep: KeepBytes): void {
  if (account instanceof KeptAccount) account.moveTo(keep(account.bytes));
}
