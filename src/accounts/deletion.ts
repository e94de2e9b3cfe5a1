import { DELETE_REQUEST_SECONDS, type DeleteRequest, readDeleteRequest } from '../claims/delete-request.js';
import { decodeGeneric } from '../claims/generic.js';
import type { Result } from '../claims/jwt.js';
import type { AccountKey } from '../claims/keys.js';
import type { Auditor } from './auditor.js';
import { AccountsError } from './errors.js';
import type { KeyedQueue } from './keyed-queue.js';
import type { OperatorInForce } from './operator-in-force.js';
import type { AccountStore, Clock, Log, Origin, Removal } from './ports.js';
import type { Register } from './register.js';
import type { SeenRequests } from './seen-requests.js';

/** What deleting accounts needs. */
export interface DeletionNeeds {
  readonly store: AccountStore;
  readonly operator: OperatorInForce;
  readonly register: Register;
  readonly requests: SeenRequests;
  readonly auditor: Auditor;
  /** Pushes and deletions of one account, one after the other. */
  readonly queue: KeyedQueue;
  readonly log: Log;
  readonly clock: Clock;
}

/** Who asked for a deletion, and how. */
interface Asked {
  readonly origin: Origin;
  readonly issuer: string;
}

/** Deletes accounts that the operator wants deleted. */
export class Deletion {
  constructor(private readonly needs: DeletionNeeds) {}

  /** See `AccountService.remove`. */
  async remove(request: Uint8Array, origin: Origin): Promise<Removal> {
    const judged = await this.#judge(request);
    if (!judged.ok) return this.#refused(request, origin, judged.problem);
    const { issuer } = judged.value;
    const accounts = [...new Set(judged.value.accounts)];
    const results = await Promise.all(
      accounts.map((account) => this.#removeOne(account, { origin, issuer })),
    );
    const failures = results.filter((failure) => failure !== undefined);
    this.needs.log.info({ accounts, origin, failures }, 'accounts deleted as the operator asked');
    return { kind: 'removed', requested: judged.value.accounts.length, failures };
  }

  /** The request, if it is to be carried out. */
  async #judge(request: Uint8Array): Promise<Result<DeleteRequest, string>> {
    const { operator } = this.needs.operator;
    if (operator === undefined) return problem('no operator JWT was read yet');
    if (!this.needs.store.writable) return problem(`${this.needs.store.description} is read-only`);
    const nowSeconds = Math.floor(this.needs.clock.now() / 1000);
    const read = readDeleteRequest(request, operator, nowSeconds);
    return read.ok ? this.#makeSureItIsNew(request, read.value, nowSeconds) : read;
  }

  async #makeSureItIsNew(
    request: Uint8Array,
    read: DeleteRequest,
    nowSeconds: number,
  ): Promise<Result<DeleteRequest, string>> {
    const goodUntil = read.issuedAtSeconds + DELETE_REQUEST_SECONDS;
    try {
      const isNew = await this.needs.requests.note(payloadOf(request), goodUntil, nowSeconds);
      if (isNew) return { ok: true, value: read };
      return problem('this request was already carried out; make a new one');
    } catch (error) {
      this.needs.log.error({ err: error }, 'a request to delete accounts could not be remembered');
      return problem(error instanceof AccountsError ? error.message : 'it could not be remembered');
    }
  }

  /** Answers what went wrong, in a sentence. */
  #removeOne(accountKey: AccountKey, asked: Asked): Promise<string | undefined> {
    const { register, queue } = this.needs;
    return queue.run(accountKey, async () => {
      try {
        await this.#takeAway(accountKey, asked);
      } catch (error) {
        return this.#failed(accountKey, error);
      }
      return register.published.get(accountKey) === undefined
        ? undefined
        : `${accountKey}: another program put it back while it was being deleted`;
    });
  }

  /** Its last token is remembered as deleted before it goes. */
  async #takeAway(accountKey: AccountKey, { origin, issuer }: Asked): Promise<void> {
    const { store, register, auditor } = this.needs;
    const { history, published } = register;
    const current = published.get(accountKey)?.account;
    try {
      if (current !== undefined) {
        const foreseen = history.foreseeLeaving(current).durable();
        await Promise.all([foreseen, auditor.deleting(current, origin, issuer)]);
      }
      await store.remove(accountKey);
    } catch (error) {
      const why = error instanceof AccountsError ? error.code : 'store.unavailable';
      auditor.failed({ origin, account: undefined, current }, why);
      throw error;
    } finally {
      history.settled(accountKey);
    }
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

function problem(sentence: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: sentence };
}

/** What is signed tells requests apart; line ends after the token do not. */
function payloadOf(request: Uint8Array): string {
  return Buffer.from(request).toString('latin1').split('.', 2)[1] ?? '';
}
