import type { TrustedAccount } from '../claims/jwt.js';
import { IssueHistory } from './issue-history.js';
import type { ChangeListener, Log, Meter, Origin } from './ports.js';
import { Published } from './published.js';

/** The accounts in force: what is served, what was, and who has to hear of a change. */
export class Register {
  readonly published = new Published();
  readonly history = new IssueHistory();
  readonly #listeners: ChangeListener[] = [];
  /** While the store is read for the first time, thousands of accounts are published: one line sums them up. */
  announcing = false;

  constructor(
    private readonly log: Log,
    private readonly meter: Meter,
  ) {}

  /** From now on this listener hears every change. */
  listen(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /** Puts an account in force; does nothing when this very token is. */
  publish(account: TrustedAccount, origin: Origin): 'created' | 'replaced' | 'unchanged' {
    const current = this.published.get(account.accountKey)?.account;
    if (current?.text === account.text) return 'unchanged';
    this.#watchForRollback(account, origin);
    this.published.put(account);
    this.history.entered(account, current);
    const change = current === undefined ? 'created' : 'replaced';
    this.meter.admission(change, origin.kind);
    this.#announce(account, change, origin);
    for (const listener of this.#listeners) listener.published({ account, previous: current, origin });
    return change;
  }

  /** Takes an account out of force. */
  withdraw(accountKey: string, reason: string): void {
    const current = this.published.get(accountKey)?.account;
    if (current === undefined) return;
    this.published.remove(accountKey);
    this.log.info({ account: accountKey, accountName: current.name, reason }, 'account no longer served');
    for (const listener of this.#listeners) listener.withdrawn(current, reason);
  }

  #announce(account: TrustedAccount, change: 'created' | 'replaced', origin: Origin): void {
    const { accountKey, name, issuedAtSeconds: iat } = account;
    const write = this.announcing ? this.log.info : this.log.debug;
    write.call(this.log, { account: accountKey, accountName: name, iat, origin }, `account ${change}`);
  }

  /** A directory may go back in time (a checkout, a restored backup): obeyed, but never in silence. */
  #watchForRollback(account: TrustedAccount, origin: Origin): void {
    const newest = this.history.newestIssuedAt(account.accountKey);
    if (account.issuedAtSeconds >= newest) return;
    this.meter.rollback();
    this.log.warn(
      {
        account: account.accountKey,
        accountName: account.name,
        iat: account.issuedAtSeconds,
        newest,
        origin,
      },
      'account went back to an older token; users revoked since then are let in again',
    );
  }
}
