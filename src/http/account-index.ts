import type { ChangeListener, Publication, PublishedAccounts } from '../accounts/ports.js';
import type { TrustedAccount } from '../claims/jwt.js';
import { firstLater } from '../fleet/key-order.js';

/** Leading characters that keys of one drawer share. The first is always A and the second one of four: 128 drawers. */
const DRAWER_LETTERS = 3;
const SLICE = 500;

interface Drawer {
  readonly keys: string[];
  sorted: boolean;
}

/**
 * The keys of all published accounts, to be had in order and page by page. A change costs a look-up; only what a page
 * touches is ever sorted, so that a hundred thousand accounts hold nobody up.
 */
export class AccountIndex implements ChangeListener {
  readonly #drawers = new Map<string, Drawer>();
  /** The drawers' names in order; undefined when one was added since. */
  #names: readonly string[] | undefined;
  #size = 0;

  /** Knows what is published now; to know what comes it has to listen to the changes. */
  constructor(published: PublishedAccounts) {
    for (const { account } of published.values()) this.#add(account.accountKey);
  }

  /** How many accounts there are. */
  get size(): number {
    return this.#size;
  }

  published({ account, previous }: Publication): void {
    if (previous === undefined) this.#add(account.accountKey);
  }

  withdrawn({ accountKey }: TrustedAccount): void {
    const keys = this.#drawers.get(accountKey.slice(0, DRAWER_LETTERS))?.keys ?? [];
    const at = keys.indexOf(accountKey);
    if (at < 0) return;
    keys.splice(at, 1);
    this.#size--;
  }

  /** All keys in order, some at a time; changes that come in between are in what has not been given yet. */
  *slices(): Generator<readonly string[]> {
    let keys = this.after('', SLICE);
    while (keys.length > 0) {
      yield keys;
      keys = this.after(keys.at(-1) ?? '', SLICE);
    }
  }

  /** At most `limit` keys, in order, beginning behind a text ('': with the first). */
  after(text: string, limit: number): string[] {
    const keys: string[] = [];
    this.#names ??= [...this.#drawers.keys()].sort();
    const first = text.slice(0, DRAWER_LETTERS);
    for (const name of this.#names) {
      if (name < first) continue;
      const inside = this.#sorted(name);
      const begin = firstLater(inside, text);
      keys.push(...inside.slice(begin, begin + limit - keys.length));
      if (keys.length >= limit) break;
    }
    return keys;
  }

  #add(accountKey: string): void {
    const name = accountKey.slice(0, DRAWER_LETTERS);
    const drawer = this.#drawers.get(name);
    this.#size++;
    if (drawer !== undefined) {
      drawer.keys.push(accountKey);
      drawer.sorted = false;
      return;
    }
    this.#drawers.set(name, { keys: [accountKey], sorted: true });
    this.#names = undefined;
  }

  #sorted(name: string): readonly string[] {
    const drawer = this.#drawers.get(name);
    if (drawer === undefined) return [];
    if (!drawer.sorted) drawer.keys.sort();
    drawer.sorted = true;
    return drawer.keys;
  }
}
