import type { FleetContext } from './context.js';
import { firstLater } from './key-order.js';
import { type AccountsPage, type AccountView, type AccountViews, viewAccount } from './views.js';

/** The published accounts in the order of their keys, page by page. */
export class Pages {
  #keys: readonly string[] = [];
  #outdated = true;

  constructor(private readonly context: FleetContext) {}

  /** An account came or went: the order is made anew when a page is asked for. */
  outdate(): void {
    this.#outdated = true;
  }

  /** One page. */
  view(page: AccountsPage): AccountViews {
    const keys: string[] = [];
    for (const key of this.#matching(page)) {
      if (keys.length > page.limit) break;
      keys.push(key);
    }
    const shown = keys.slice(0, page.limit);
    return {
      rows: shown
        .map((key) => viewAccount(this.context, key))
        .filter((row): row is AccountView => row !== undefined),
      next: keys.length > page.limit ? shown.at(-1) : undefined,
      total: this.#total(page),
    };
  }

  *#matching({ after = '', states }: AccountsPage): Generator<string> {
    const { grid, progress } = this.context;
    const keys = this.#sorted();
    for (let index = firstLater(keys, after); index < keys.length; index++) {
      const key = keys[index] ?? '';
      if (states === undefined || states.has(progress.state(grid.get(key)))) yield key;
    }
  }

  #total({ states }: AccountsPage): number {
    const { publications, progress } = this.context;
    if (states === undefined) return publications.size;
    const counts = progress.counts();
    return [...states].reduce((total, state) => total + counts[state], 0);
  }

  #sorted(): readonly string[] {
    const { publications } = this.context;
    if (this.#outdated || this.#keys.length !== publications.size)
      this.#keys = [...publications.keys()].sort();
    this.#outdated = false;
    return this.#keys;
  }
}
