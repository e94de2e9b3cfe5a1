import { DELETE_REQUEST_SECONDS, readDeleteRequest } from '../claims/delete-request.js';
import { decodeGeneric } from '../claims/generic.js';
import type { AccountKey } from '../claims/keys.js';
import { AccountsError } from './errors.js';
import type { KeyedQueue } from './keyed-queue.js';
import type { OperatorInForce } from './operator-in-force.js';
import type { AccountStore, Clock, Log, Origin, Removal } from './ports.js';
import type { Register } from './register.js';
import { SeenRequests } from './seen-requests.js';

/** What deleting accounts needs. */
export interface DeletionNeeds {
  readonly store: AccountStore;
  readonly operator: OperatorInForce;
  readonly register: Register;
  /** Pushes and deletions of one account, one after the other. */
  readonly queue: KeyedQueue;
  readonly log: Log;
  readonly clock: Clock;
}

/** Deletes accounts that the operator wants deleted. */
export class Deletion {
  readonly #seen = new SeenRequests();

  constructor(private readonly needs: DeletionNeeds) {}

  /** See `AccountService.remove`. */
  async remove(request: Uint8Array, origin: Origin): Promise<Removal> {
    const judged = this.#judge(request);
    if (!judged.ok) return this.#refused(request, origin, judged.problem);
    const accounts = [...new Set(judged.accounts)];
    const results = await Promise.all(accounts.map((account) => this.#removeOne(account)));
    const failures = results.filter((failure) => failure !== undefined);
    this.needs.log.info({ accounts, origin, failures }, 'accounts deleted as the operator asked');
    return { kind: 'removed', requested: judged.accounts.length, failures };
  }

  #judge(
    request: Uint8Array,
  ):
    | { readonly ok: true; readonly accounts: readonly AccountKey[] }
    | { readonly ok: false; readonly problem: string } {
    const { operator } = this.needs.operator;
    if (operator === undefined) return { ok: false, problem: 'no operator JWT was read yet' };
    if (!this.needs.store.writable) {
      return { ok: false, problem: `${this.needs.store.description} is read-only` };
    }
    const nowSeconds = Math.floor(this.needs.clock.now() / 1000);
    const read = readDeleteRequest(request, operator, nowSeconds);
    if (!read.ok) return read;
    const goodUntil = read.value.issuedAtSeconds + DELETE_REQUEST_SECONDS;
    if (this.#seen.note(payloadOf(request), goodUntil, nowSeconds)) {
      return { ok: true, accounts: read.value.accounts };
    }
    return { ok: false, problem: 'this request was already carried out; make a new one' };
  }

  /** Answers what went wrong, in a sentence. */
  #removeOne(accountKey: AccountKey): Promise<string | undefined> {
    const { store, register, queue } = this.needs;
    return queue.run(accountKey, async () => {
      try {
        await store.remove(accountKey);
      } catch (error) {
        return this.#failed(accountKey, error);
      }
      return register.published.get(accountKey) === undefined
        ? undefined
        : `${accountKey}: another program put it back while it was being deleted`;
    });
  }

  #failed(accountKey: AccountKey, error: unknown): string {
    this.needs.log.warn({ account: accountKey, err: error }, 'account could not be deleted');
    const why = error instanceof AccountsError ? error.message : 'the store could not delete it';
    return `${accountKey}: ${why}`;
  }

  #refused(request: Uint8Array, origin: Origin, reason: string): Removal {
    const decoded = decodeGeneric(request);
    const issuer = decoded.ok ? decoded.value.claims.iss : '';
    this.needs.log.warn({ issuer, origin, reason }, 'request to delete accounts refused');
    return { kind: 'refused', reason, issuer };
  }
}

/** What is signed tells requests apart; line ends after the token do not. */
function payloadOf(request: Uint8Array): string {
  return Buffer.from(request).toString('latin1').split('.', 2)[1] ?? '';
}
