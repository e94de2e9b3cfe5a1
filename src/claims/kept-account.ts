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

const NONE: readonly AccountKey[] = [];

/**
 * A text outside of the heap that seems to be about an account, and nothing is proven of it. Once it was judged to be a
 * trusted account's, {@link keptOutside} makes the same object that account: with 100,000 of them, another one for each
 * would leave as many behind as garbage.
 */
export class KeptText {
  issuerKey = '';
  name = '';
  issuedAtSeconds = 0;
  expiresAtSeconds = 0;
  notBeforeSeconds = 0;
  exporters = NONE;
  // Not as a place: that would be one more object for each account.
  #slab: Buffer;
  #start: number;
  #end: number;

  /** @param accountKey whom the text seems to be about */
  constructor(
    readonly accountKey: string,
    { slab, start, end }: TextPlace,
  ) {
    this.#slab = slab;
    this.#start = start;
    this.#end = end;
  }

  /** A string is made whenever somebody asks for it. */
  get text(): string {
    return textAt({ slab: this.#slab, start: this.#start, end: this.#end });
  }

  get bytes(): Buffer {
    return this.#slab.subarray(this.#start, this.#end);
  }

  moveTo({ slab, start, end }: TextPlace): void {
    this.#slab = slab;
    this.#start = start;
    this.#end = end;
  }

  /** @param account whose text begins this one; what is left are line ends */
  become(account: TrustedAccount): void {
    this.issuerKey = account.issuerKey;
    this.name = account.name;
    this.issuedAtSeconds = account.issuedAtSeconds;
    this.expiresAtSeconds = account.expiresAtSeconds;
    this.notBeforeSeconds = account.notBeforeSeconds;
    this.exporters = account.exporters;
    this.#end = this.#start + account.text.length;
  }
}

/** Copies bytes to a place where they stay. */
export type KeepBytes = (bytes: Uint8Array) => TextPlace;

/**
 * The same account with its text outside of the heap.
 * @param keep finds a place for the text
 * @param found what the account was judged by, if that stands there already
 */
export function keptOutside(
  account: TrustedAccount,
  keep: KeepBytes,
  found?: { readonly text: string; readonly kept?: KeptText | undefined },
): TrustedAccount {
  const { text, accountKey } = account;
  const kept = found?.kept;
  const stands = kept?.accountKey === accountKey && found?.text.startsWith(text) === true;
  const outside = stands ? kept : new KeptText(accountKey, keep(bytesOf(account)));
  outside.become(account);
  const same: Omit<Unproven<TrustedAccount>, 'accountKey'> = outside;
  // All of it is that of an account which is trusted already, the key too.
  return same as TrustedAccount;
}

/** The text of an account as bytes, not copied where it is {@link keptOutside}. They are not to be changed. */
export function bytesOf(account: TrustedAccount): Buffer {
  return account instanceof KeptText ? account.bytes : Buffer.from(account.text, 'latin1');
}

/** Finds another place for the text of an account; those that are not {@link keptOutside} stay as they are. */
export function moveText(account: TrustedAccount, keep: KeepBytes): void {
  if (account instanceof KeptText) account.moveTo(keep(account.bytes));
}
