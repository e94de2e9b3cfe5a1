import { isAccountKey } from '../../claims/keys.js';
import { nearest } from '../../config/nearest.js';
import type { NamedAccount } from './answers.js';
import type { FleetApi } from './fleet-api.js';

/** What an account key begins with, long enough to be no name by chance. */
const BEGINNING = /^A[A-Z2-7]{5,55}$/;

/** The account that was meant, or why that cannot be said. */
export type FoundAccount =
  | { readonly kind: 'found'; readonly accountKey: string }
  /** Nothing like it is served now. */
  | { readonly kind: 'absent'; readonly sentence: string }
  | { readonly kind: 'ambiguous'; readonly sentence: string };

/** Finds an account by its key, the beginning of its key, or its name. */
export async function findAccount(api: FleetApi, text: string, signal?: AbortSignal): Promise<FoundAccount> {
  if (isAccountKey(text)) return { kind: 'found', accountKey: text };
  const candidates = new Candidates(text);
  for await (const page of api.names(signal)) candidates.look(page);
  return candidates.result();
}

/** So many keys are listed when a name is not enough. */
const LISTED_AT_MOST = 5;

/** Looks at all accounts and keeps those that may be meant. */
class Candidates {
  readonly #named: string[] = [];
  readonly #begun: string[] = [];
  readonly #names = new Set<string>();

  constructor(private readonly text: string) {}

  look(page: readonly NamedAccount[]): void {
    for (const { account, name } of page) {
      if (name === this.text) this.#named.push(account);
      else if (BEGINNING.test(this.text) && account.startsWith(this.text)) this.#begun.push(account);
      this.#names.add(name);
    }
  }

  result(): FoundAccount {
    const meant = this.#named.length > 0 ? this.#named : this.#begun;
    const [accountKey] = meant;
    if (accountKey === undefined) return { kind: 'absent', sentence: this.#absent() };
    return meant.length === 1
      ? { kind: 'found', accountKey }
      : { kind: 'ambiguous', sentence: this.#ambiguous(meant) };
  }

  #absent(): string {
    const near = nearest(this.text, [...this.#names]);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return `no account "${this.text}" is served${hint}`;
  }

  #ambiguous(keys: readonly string[]): string {
    const listed = keys.slice(0, LISTED_AT_MOST).join(', ');
    const more = keys.length > LISTED_AT_MOST ? ', …' : '';
    return `${keys.length} accounts are called "${this.text}"; give the key: ${listed}${more}`;
  }
}
